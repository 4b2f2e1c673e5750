import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { parseNumaMaps, parseSmaps, readMappings } from '../../src/host/mappings.js';
import { openRoot } from '../../src/host/root.js';
import { parseSchedstat, parseTaskStat, readTasks } from '../../src/host/tasks.js';

const folder = mkdtempSync(join(tmpdir(), 'vm-tasks-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A line of stat with these three last known fields. */
const stat = (name: string, processor: number, priority: number, policy: number) =>
  `7 (${name}) S ${Array.from({ length: 35 }, () => '0').join(' ')} ${processor} ${priority} ${policy} 0 0 0\n`;

it('reads processor, priority and policy, whatever the name of the thread is', () => {
  expect(parseTaskStat(stat('CPU 0/KVM', 11, 5, 1))).toEqual({
    name: 'CPU 0/KVM',
    processor: 11,
    priority: 5,
    policy: 'fifo',
  });
  expect(parseTaskStat(stat('a) S 1 (b', 3, 0, 5))).toEqual({
    name: 'a) S 1 (b',
    processor: 3,
    priority: 0,
    policy: 'idle',
  });
  expect(parseTaskStat(stat('x', 0, 0, 6))?.policy).toBe('unknown');
  expect(parseTaskStat('')).toBeUndefined();
  expect(parseSchedstat('1500000000 250000000 7\n')).toEqual({ ran: 1.5, waited: 0.25 });
  expect(parseSchedstat('')).toBeUndefined();
});

it('reads all threads of a process, but for one that ends meanwhile', () => {
  write('/proc/7/task/7/stat', stat('qemu', 0, 0, 0));
  write('/proc/7/task/7/status', 'Name:\tqemu\nCpus_allowed_list:\t0,10\n');
  write('/proc/7/task/9/stat', stat('CPU 0/KVM', 1, 1, 2));
  write('/proc/7/task/9/status', 'Name:\tCPU 0/KVM\nCpus_allowed_list:\t1\n');
  mkdirSync(join(folder, '/proc/7/task/8'));
  expect(readTasks(openRoot(folder), 7)).toEqual([
    { threadId: 7, name: 'qemu', cpus: [0, 10], policy: 'other', priority: 0 },
    { threadId: 9, name: 'CPU 0/KVM', cpus: [1], policy: 'rr', priority: 1 },
  ]);
});

const smaps = `7f00-7f80 rw-s 00000000 00:01 42                 /memfd:memory-backend-memfd (deleted)
Size:              65536 kB
KernelPageSize:     2048 kB
Rss:                   0 kB
AnonHugePages:         0 kB
Shared_Hugetlb:    32768 kB
Private_Hugetlb:   32768 kB
VmFlags: rd wr sh de ht dd 
ffff-ffff1 ---p 00000000 00:00 0 
Size:                  4 kB
KernelPageSize:        4 kB
VmFlags: mr mw me 
`;

it('joins what smaps and numa_maps say of a mapping', () => {
  write('/proc/7/smaps', smaps);
  write('/proc/7/numa_maps', '7f00 bind:0 file=/memfd:x huge dirty=32 N0=24 N1=8 kernelpagesize_kB=2048\n');
  const [memory, other] = readMappings(openRoot(folder), 7);
  expect(memory).toEqual({
    start: '7f00',
    end: '7f80',
    bytes: 64 * 1024 ** 2,
    permissions: 'rw-s',
    inode: 42,
    path: '/memfd:memory-backend-memfd (deleted)',
    pageBytes: 2 * 1024 ** 2,
    residentBytes: 0,
    hugetlbBytes: 64 * 1024 ** 2,
    transparentHugeBytes: 0,
    flags: ['rd', 'wr', 'sh', 'de', 'ht', 'dd'],
    policy: 'bind:0',
    bytesByNode: [
      { node: 0, bytes: 48 * 1024 ** 2 },
      { node: 1, bytes: 16 * 1024 ** 2 },
    ],
  });
  expect(other).toMatchObject({
    start: 'ffff',
    path: '',
    flags: ['mr', 'mw', 'me'],
    policy: null,
    bytesByNode: [],
  });
});

it('takes nothing out of nothing', () => {
  expect(parseSmaps('')).toEqual([]);
  expect([...parseNumaMaps('\n')]).toEqual([]);
});
