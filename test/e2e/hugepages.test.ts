/** Huge pages are really used, locked memory is locked, and what the spec keeps out of merging and dumps is kept out. TCG. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verification } from '../../src/index.js';
import { TestHome } from '../support/cli.js';
import { bareSpec } from '../support/specs.js';

const MIB = 1024 ** 2;

const pool = (kib: number) => `/sys/kernel/mm/hugepages/hugepages-${kib}kB`;
const count = (kib: number, name: string) => Number(readFileSync(`${pool(kib)}/${name}`, 'utf8'));

/** Makes so many more pages free, for as long as a test takes. @returns how many the kernel had room for. */
function reserve(kib: number, pages: number): { readonly got: number; giveBack: () => void } {
  const before = count(kib, 'nr_hugepages');
  const set = (wanted: number) => writeFileSync(`${pool(kib)}/nr_hugepages`, `${wanted}`);
  set(before + pages);
  return { got: count(kib, 'nr_hugepages') - before, giveBack: () => set(before) };
}

interface Plan {
  memory: { bytes: number; hugepageBytes: number | null; backing: string };
}

/** The mappings of a process (proc(5), smaps) whose header has a word, with the flags of each. */
function mappings(pid: number, word: string): { kib: number; flags: string[] }[] {
  return readFileSync(`/proc/${pid}/smaps`, 'utf8')
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .filter((block) => block.split('\n')[0]?.includes(word))
    .map((block) => ({
      kib: Number(/^Size: +(\d+)/m.exec(block)?.[1]),
      flags: (/^VmFlags: (.*)$/m.exec(block)?.[1] ?? '').trim().split(' '),
    }));
}

describe('memory on the real kernel, QEMU paused', () => {
  let home: TestHome;
  let giveBack: (() => void) | undefined;
  beforeEach((context) => {
    if (process.getuid?.() !== 0) context.skip('only root can reserve huge pages and lock memory');
    home = new TestHome();
  });
  afterEach(() => {
    home?.dispose();
    giveBack?.();
    giveBack = undefined;
  });

  /** What `vm verify` finds kept; that anything is broken makes it fail. */
  const keptPromises = async (name: string) => {
    const { checks } = await home.json<Verification>('verify', name);
    return checks.filter(({ status }) => status === 'pass').map(({ id }) => id);
  };

  const sizes = [
    { hugepages: '2MiB', kib: 2048, pages: 32 },
    { hugepages: '1GiB', kib: 1024 ** 2, pages: 1 },
  ];
  it.for(sizes)(
    'takes exactly the pages of $hugepages that the plan says, and gives them back',
    async ({ hugepages, kib, pages }, context) => {
      const reserved = reserve(kib, pages);
      giveBack = reserved.giveBack;
      if (reserved.got < pages)
        context.skip(`this machine has no room for ${pages} huge pages of ${hugepages}`);
      const size = `${(pages * kib) / 1024}MiB`;
      const file = home.spec('huge', bareSpec({ memory: { size, hugepages } }));
      const { memory } = await home.json<Plan>('plan', file);
      expect(memory).toMatchObject({ backing: 'memfd', hugepageBytes: kib * 1024 });
      const free = () => count(kib, 'free_hugepages');
      const before = free();
      expect(await home.vm('up', file, '--paused')).toMatchObject({ code: 0 });
      expect(before - free()).toBe(memory.bytes / (memory.hugepageBytes ?? 1));
      expect(await keptPromises('huge')).toEqual(
        expect.arrayContaining(['memory.0.hugepages', 'memory.0.allocated', 'memory.0.dump']),
      );
      const { pid } = await home.json<{ pid: number }>('status', 'huge');
      expect(mappings(pid, 'memfd:memory-backend-memfd')).toEqual([
        { kib: memory.bytes / 1024, flags: expect.arrayContaining(['ht', 'dd']) },
      ]);
      expect(await home.vm('down', 'huge', '--force')).toMatchObject({ code: 0 });
      expect(free()).toBe(before);
    },
  );

  describe('pages that the launch adds', () => {
    const size = () => count(2048, 'nr_hugepages');
    let before: number;
    let file: string;
    let pages: number;
    let missing: number;
    beforeEach(async (context) => {
      before = size();
      pages = count(2048, 'free_hugepages') + 24;
      file = home.spec('grown', bareSpec({ memory: { size: `${pages * 2}MiB`, hugepages: '2MiB' } }));
      const { memory, findings } = await home.json<{
        memory: { hugepages: { missing: number }[] };
        findings: { code: string }[];
      }>('plan', file);
      missing = memory.hugepages.reduce((sum, one) => sum + one.missing, 0);
      expect(missing).toBeGreaterThanOrEqual(24);
      if (findings.some(({ code }) => code === 'host.hugepages'))
        context.skip('this machine has no room for them');
    });

    it('are in the pool while it runs, and gone after', async () => {
      expect(await home.vm('up', file, '--paused')).toMatchObject({ code: 0 });
      expect(size()).toBe(before + missing);
      const { pools } = await home.json<{ pools: { pageBytes: number; vms: object[] }[] }>(
        'host',
        'hugepages',
      );
      const users = pools.filter(({ pageBytes }) => pageBytes === 2 * MIB).flatMap(({ vms }) => vms);
      expect(users).toEqual([{ vm: 'grown', pages, added: missing }]);
      expect(await home.vm('restart', 'grown', '--force', '--paused')).toMatchObject({ code: 0 });
      expect(size()).toBe(before + missing);
      expect(await home.vm('down', 'grown', '--force')).toMatchObject({ code: 0 });
      expect(size()).toBe(before);
    });

    it('go when QEMU was killed', async () => {
      expect(await home.vm('up', file, '--paused')).toMatchObject({ code: 0 });
      const { pid } = await home.json<{ pid: number }>('status', 'grown');
      process.kill(pid, 'SIGKILL');
      expect(await home.vm('down', 'grown')).toMatchObject({ code: 0 });
      expect(size()).toBe(before);
    });

    it('go when the launch was killed after it added them', async () => {
      const launch = home.spawn('up', file, '--paused');
      const ended = new Promise((resolve) => launch.once('exit', resolve));
      while (size() === before && launch.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 1));
      launch.kill('SIGKILL');
      await ended;
      await expect.poll(size).toBe(before + missing);
      expect(await home.vm('list')).toMatchObject({ code: 0 });
      expect(size()).toBe(before);
    });

    it('are not added for a launch that fails', async () => {
      const broken = home.spec(
        'broken',
        bareSpec({ memory: { size: '64MiB', hugepages: '2MiB' }, qemu: { extraArgs: ['-no-such-option'] } }),
      );
      expect((await home.vm('up', broken)).code).toBe(4);
      expect(size()).toBe(before);
    });
  });

  it('locks memory, and keeps it out of merging and of dumps unless the spec lets it', async () => {
    const memory = { size: '64MiB', access: 'shared' } as const;
    const status = async (name: string, more: object) => {
      const file = home.spec(name, bareSpec({ memory: { ...memory, ...more } }));
      expect(await home.vm('up', file, '--paused')).toMatchObject({ code: 0 });
      return home.json<{ pid: number }>('status', name);
    };
    const { pid } = await status('kept', { locked: true });
    expect(await keptPromises('kept')).toEqual(expect.arrayContaining(['memory.locked', 'memory.0.merge']));
    const locked = Number(/^VmLck:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    expect(locked).toBeGreaterThanOrEqual((64 * MIB) / 1024);
    const [kept] = mappings(pid, 'memfd:');
    expect(kept).toMatchObject({ kib: 64 * 1024, flags: expect.arrayContaining(['dd', 'lo']) });
    expect(kept?.flags).not.toContain('mg');
    expect(await home.vm('down', 'kept', '--force')).toMatchObject({ code: 0 });

    const loose = await status('loose', { access: 'private', merge: true, dump: true });
    const [ram, ...others] = mappings(loose.pid, '').filter(({ kib }) => kib === 64 * 1024);
    expect(others).toEqual([]);
    expect(ram?.flags).toContain('mg');
    expect(ram?.flags).not.toContain('dd');
    expect(await keptPromises('loose')).toContain('memory.0.dump');
    expect(await home.vm('down', 'loose', '--force')).toMatchObject({ code: 0 });

    const alone = await status('alone', { access: 'private' });
    expect(mappings(alone.pid, '').filter(({ kib }) => kib === 64 * 1024)).toEqual([
      { kib: 64 * 1024, flags: expect.not.arrayContaining(['mg']) },
    ]);
    expect(await home.vm('down', 'alone', '--force')).toMatchObject({ code: 0 });
  });
});
