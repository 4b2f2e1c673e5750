import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHome, until } from '../support/cli.js';
import { guestReady, guestSpec } from '../support/specs.js';

interface Status {
  state: string;
  pid: number;
  accelerator: string;
  vcpus: { index: number; threadId: number; cpus: number[] }[];
  threads: { name: string; threadId: number; cpus: number[] }[];
  sockets: { control: string; serial: string[] };
}

describe('a guest from up to down, TCG', () => {
  let home: TestHome;
  beforeEach(() => {
    home = new TestHome();
  });
  afterEach(() => home.dispose());

  it('runs on the planned CPUs, is seen, talked to, and leaves nothing', async () => {
    const spec = home.spec(
      'demo',
      guestSpec({ networks: [{ type: 'user' }], guestAgent: true, ioThreads: 1 }),
    );
    const plan = await home.json<{ placement: { vcpus: { cpus: number[] }[]; emulator: number[] } }>(
      'plan',
      spec,
    );
    const planned = await home.json<string[]>('command', spec);

    const up = await home.vm('up', spec, '--wait', guestReady, '--timeout', '60s');
    expect(up.stderr + up.stdout).toMatch(/demo/);
    expect(up.code).toBe(0);

    const status = await home.json<Status>('status', 'demo');
    expect(status).toMatchObject({ state: 'running', accelerator: 'tcg' });
    expect(readFileSync(`/proc/${status.pid}/cmdline`, 'utf8').split('\0').slice(0, -1)).toEqual(planned);
    expect(status.vcpus.map(({ cpus }) => cpus)).toEqual(plan.placement.vcpus.map(({ cpus }) => cpus));
    for (const { threadId, cpus } of status.threads) expect(allowedCpus(status.pid, threadId)).toEqual(cpus);

    const [listed] = await home.json<object[]>('list');
    expect(listed).toMatchObject({
      name: 'demo',
      state: 'running',
      pid: status.pid,
      vcpus: 2,
      memory: 256 * 1024 ** 2,
    });

    const console = home.spawn('console', 'demo');
    const typed = watch(console);
    await until('the console is attached', () => typed.text().includes('demo'));
    console.stdin?.write('report\n');
    await until('the guest answers', () => /^cpu.*$/m.test(typed.text()), 30);
    console.kill('SIGINT');
    await typed.end;

    const logs = await home.vm('logs', 'demo');
    expect(logs.stdout).toContain(guestReady);

    expect((await home.vm('wait', 'demo', '--for', 'agent', '--timeout', '30s')).code).toBe(0);
    const { networks } = await home.json<{ networks: { addresses: string[] }[] }>('status', 'demo');
    expect(networks.map(({ addresses }) => addresses[0])).toEqual(['10.0.2.15']);

    const down = await home.vm('down', 'demo');
    expect(down).toMatchObject({ code: 0 });
    expect(home.processes()).toEqual([]);
    expect(home.leftovers()).toEqual([]);
    expect(await home.json<object[]>('list')).toEqual([]);
    expect((await home.vm('logs', 'demo')).stdout).toContain('vm-guest: powering off');
  });

  it('runs two at once, neither on the other’s monitor', async () => {
    home.spec('vms/one', guestSpec({ placement: { exclusive: false } }));
    home.spec('vms/two', guestSpec({ placement: { exclusive: false } }));
    const up = await home.vm('up', 'one', 'two', '--wait', guestReady, '--timeout', '90s');
    expect(up).toMatchObject({ code: 0 });
    const states = await home.json<{ name: string; state: string }[]>('list');
    expect(states.map(({ name, state }) => [name, state])).toEqual([
      ['one', 'running'],
      ['two', 'running'],
    ]);
    expect((await home.vm('down', '--all')).code).toBe(0);
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });

  it('mounts a virtio disk in the guest', async () => {
    const disk = join(home.folder, 'data.img');
    const { execFileSync } = await import('node:child_process');
    execFileSync('truncate', ['-s', '16M', disk]);
    execFileSync('mke2fs', ['-q', '-t', 'ext4', disk], {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    });
    const spec = home.spec('disk', guestSpec({ disks: [{ source: 'data.img', serial: 'DATA' }] }));
    expect(await home.vm('up', spec, '--wait', 'vda mounted', '--timeout', '60s')).toMatchObject({ code: 0 });
    expect((await home.vm('down', 'disk')).code).toBe(0);
  });

  it('run stays in the foreground until the guest is off', async () => {
    const spec = home.spec('fore', guestSpec());
    const child = home.spawn('run', spec);
    const shown = watch(child);
    await until('the guest is up', () => shown.text().includes(guestReady), 60);
    child.kill('SIGTERM');
    expect(await shown.end).toBe(0);
    expect([home.processes(), home.leftovers()]).toEqual([[], []]);
  });
});

function allowedCpus(pid: number, thread: number): number[] {
  const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Collects what a child that is talked to prints. */
function watch(child: ReturnType<TestHome['spawn']>): { text: () => string; end: Promise<number | null> } {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return { text: () => text, end: new Promise((done) => child.on('close', done)) };
}
