import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRoot } from '../../src/host/root.js';
import type { Sysfs } from '../../src/host/sysfs.js';
import { giveBackHugepages, type HugepagesResource, takeHugepages } from '../../src/runtime/hugepages.js';

const file = '/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages';

/** A pool that grows as far as there are pieces of memory; compacting makes more of them. */
class FakePool implements Sysfs {
  readonly writes: string[] = [];
  before: () => void = () => undefined;
  readonly settled: string[] = [];
  /** What the write of a killed command does before it ends. */
  whileSettling: () => void = () => undefined;
  readonly root;

  constructor(
    public size: number,
    public pieces = 1000,
    public readonly afterCompacting = 0,
  ) {
    this.root = { ...openRoot(), text: (path: string) => (path === file ? `${this.size}\n` : undefined) };
  }

  async write(path: string, text: string): Promise<void> {
    this.before();
    this.writes.push(`${text.trim()} > ${path}`);
    if (path === '/proc/sys/vm/compact_memory') this.pieces += this.afterCompacting;
    else {
      const grown = Math.min(Number(text) - this.size, this.pieces);
      this.size += grown;
      this.pieces -= grown;
    }
  }

  async settle(path: string): Promise<void> {
    this.settled.push(path);
    this.whileSettling();
  }

  async load(): Promise<void> {
    throw new Error('no module is needed');
  }
}

let folder: string;
let resource: HugepagesResource;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vm-pages-'));
  const mark = join(folder, 'hugepages-2048kB-node1.made');
  resource = { kind: 'hugepages', vm: 'demo', pageBytes: 2 * 1024 ** 2, node: 1, add: 16, mark };
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('pages for a launch', () => {
  it('are added to what is there, and taken away again, once', async () => {
    const pool = new FakePool(7);
    await takeHugepages(resource, pool);
    expect(pool.writes).toEqual([`23 > ${file}`]);
    pool.size += 4;
    await giveBackHugepages(resource, pool);
    await giveBackHugepages(resource, pool);
    expect(pool.writes).toEqual([`23 > ${file}`, `11 > ${file}`]);
    expect(existsSync(resource.mark)).toBe(false);
  });

  it('are looked for again in compacted memory', async () => {
    const pool = new FakePool(0, 10, 4);
    await takeHugepages(resource, pool);
    expect(pool.size).toBe(16);
    expect(pool.writes.filter((line) => line.includes('compact'))).toHaveLength(2);
  });

  it('are given back where the kernel finds too few', async () => {
    const pool = new FakePool(7, 5);
    await expect(takeHugepages(resource, pool)).rejects.toMatchObject({
      code: 'host.hugepages',
      message:
        '16 more huge pages of 2MiB are needed on node 1, and the kernel found 5 in one piece, even after it compacted memory',
    });
    await giveBackHugepages(resource, pool);
    expect(pool.size).toBe(7);
  });

  it('are counted only when the write of a killed command has ended', async () => {
    const pool = new FakePool(7);
    pool.before = () => {
      throw new Error('killed');
    };
    await takeHugepages(resource, pool).catch(() => undefined);
    pool.before = () => undefined;
    pool.whileSettling = () => {
      pool.size = 23;
    };
    await giveBackHugepages(resource, pool);
    expect({ size: pool.size, settled: pool.settled }).toEqual({ size: 7, settled: [file, file] });
  });

  it('are nobody’s after the next boot', async () => {
    const pool = new FakePool(7);
    await takeHugepages(resource, pool);
    writeFileSync(resource.mark, readFileSync(resource.mark, 'utf8').replace(/^\S+/, 'another'));
    await giveBackHugepages(resource, pool);
    expect(pool.size).toBe(23);
  });

  it('leave the pool as it was, wherever taking and giving back were killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(20),
        fc.nat(30),
        fc.nat(3),
        fc.array(fc.tuple(fc.nat(1), fc.boolean()), { maxLength: 3 }),
        async (size, pieces, take, gives) => {
          const pool = new FakePool(size, pieces, 3);
          // Killed before the write, or right after it.
          const killAt = (writes: number) => {
            pool.before = () => {
              if (writes-- === 0) throw new Error('killed');
            };
          };
          killAt(take);
          await takeHugepages(resource, pool).catch(() => undefined);
          for (const [at] of gives) {
            killAt(at);
            await giveBackHugepages(resource, pool).catch(() => undefined);
          }
          pool.before = () => undefined;
          await giveBackHugepages(resource, pool);
          expect(pool.size).toBe(size);
        },
      ),
    );
  });

  it.each(['before the first mark', 'after the pool grew', 'after the pool shrank'])(
    'know from the mark how many are theirs: killed %s',
    async (point) => {
      const pool = new FakePool(7);
      if (point !== 'before the first mark') {
        let mark = '';
        pool.before = () => {
          mark = readFileSync(resource.mark, 'utf8');
        };
        await takeHugepages(resource, pool);
        if (point === 'after the pool shrank') await giveBackHugepages(resource, pool);
        // The mark as it was when the pool was written last.
        writeFileSync(resource.mark, mark);
      }
      pool.before = () => undefined;
      await giveBackHugepages(resource, pool);
      expect(pool.size).toBe(7);
    },
  );
});
