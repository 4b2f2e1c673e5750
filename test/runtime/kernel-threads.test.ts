import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRoot } from '../../src/host/root.js';
import { kernelThreadsOf } from '../../src/runtime/kernel-threads.js';
import { roleOf } from '../../src/runtime/vm-threads.js';

/** A process in a tree of `/proc`, in the forms that the kernel writes. */
interface Process {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  readonly start: number;
  readonly cpus?: string;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proc'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(folder, 'proc', path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

/** The kernel lists children in the order in which they were made. */
function tree(processes: readonly Process[], kthreadd = 'kthreadd'): ReturnType<typeof openRoot> {
  for (const { pid, name, parent, start, cpus = '0-19' } of [
    { pid: 2, name: kthreadd, parent: 0, start: 1 },
    ...processes,
  ]) {
    const zeros = (count: number) => Array.from({ length: count }, () => '0').join(' ');
    write(`${pid}/comm`, `${name}\n`);
    write(`${pid}/stat`, `${pid} (${name}) S ${parent} ${zeros(17)} ${start} ${zeros(30)}\n`);
    write(
      `${pid}/status`,
      `Name:\t${name}\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t${parent}\nCpus_allowed_list:\t${cpus}\n`,
    );
  }
  const children = processes.filter(({ parent }) => parent === 2);
  const order = [...children].sort((a, b) => a.start - b.start).map(({ pid }) => `${pid} `);
  write('2/task/2/children', order.join(''));
  return openRoot(folder);
}

const qemu: Process = { pid: 700, name: 'qemu-system-x86', parent: 1, start: 5000 };

describe('kernelThreadsOf', () => {
  it("finds vhost workers and KVM's threads of this QEMU, wherever pids have come to", () => {
    const root = tree([
      { pid: 13, name: 'ksoftirqd/0', parent: 2, start: 1 },
      qemu,
      { pid: 702, name: 'kvm-nx-lpage-recovery-700', parent: 2, start: 5001, cpus: '3' },
      { pid: 703, name: 'kvm-pit/700', parent: 2, start: 5001 },
      { pid: 801, name: 'vhost-800', parent: 2, start: 5002 },
      { pid: 30, name: 'vhost-700', parent: 2, start: 5003, cpus: '0-4' },
      { pid: 31, name: 'vhost-700', parent: 2, start: 5003, cpus: '0-4' },
      { pid: 32, name: 'vhost-7000', parent: 2, start: 5004 },
    ]);
    const found = kernelThreadsOf(700, root);
    expect(found.map(({ threadId, name, cpus }) => [threadId, name, cpus.length])).toEqual([
      [30, 'vhost-700', 5],
      [31, 'vhost-700', 5],
      [702, 'kvm-nx-lpage-recovery-700', 1],
      [703, 'kvm-pit/700', 20],
    ]);
    expect(found.map((thread) => roleOf(thread, []).role)).toEqual([
      'vhost',
      'vhost',
      'emulator',
      'emulator',
    ]);
  });

  it('leaves alone a program that took such a name, and an older thread that has it from a reused pid', () => {
    const root = tree([
      { pid: 40, name: 'vhost-700', parent: 2, start: 4999 },
      qemu,
      { pid: 900, name: 'vhost-700', parent: 1, start: 6000 },
    ]);
    expect(kernelThreadsOf(700, root)).toEqual([]);
  });

  it('finds none in a pid namespace, nor of a process that is gone', () => {
    const vhost = { pid: 710, name: 'vhost-700', parent: 2, start: 5001 };
    expect(kernelThreadsOf(700, tree([qemu, vhost], 'bash'))).toEqual([]);
    expect(kernelThreadsOf(701, tree([qemu, vhost]))).toEqual([]);
    expect(kernelThreadsOf(700, tree([qemu, vhost])).map(({ threadId }) => threadId)).toEqual([710]);
  });

  it('looks no further back than the QEMU is old', () => {
    const root = tree([
      ...[50, 51, 52].map((pid) => ({ pid, name: `kworker/${pid}`, parent: 2, start: 2 })),
      qemu,
      { pid: 710, name: 'vhost-700', parent: 2, start: 5001 },
    ]);
    const asked: string[] = [];
    const text = (path: string) => {
      asked.push(path);
      return root.text(path);
    };
    kernelThreadsOf(700, { text });
    expect(asked.filter((path) => /\/5\d\//.test(path))).toEqual(['/proc/52/stat']);
  });
});
