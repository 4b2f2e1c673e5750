import { describe, expect, it } from 'vitest';
import { ownCpus, parseThread, readThreads } from '../../src/runtime/threads.js';

describe('parseThread', () => {
  it('reads name, id and CPUs', () => {
    const text =
      'Name:\tCPU 0/KVM\nUmask:\t0022\nTgid:\t10\nPid:\t12\nPPid:\t1\nCpus_allowed:\t6\nCpus_allowed_list:\t1-2,5\n';
    expect(parseThread(text)).toEqual({ name: 'CPU 0/KVM', threadId: 12, cpus: [1, 2, 5] });
    expect(parseThread('')).toBeUndefined();
    expect(parseThread('Name:\ta\nPid:\t1\n')).toBeUndefined();
  });
});

describe('readThreads', () => {
  it('lists every thread of a process, by id', () => {
    const threads = readThreads(process.pid);
    expect(threads.length).toBeGreaterThan(1);
    expect(threads[0]?.threadId).toBe(process.pid);
    expect(threads.map(({ threadId }) => threadId)).toEqual(
      threads.map(({ threadId }) => threadId).sort((a, b) => a - b),
    );
    expect(ownCpus()).toEqual(threads[0]?.cpus);
  });

  it('is empty where there is no process', () => {
    expect(readThreads(2 ** 22 + 1)).toEqual([]);
  });
});
