import { describe, expect, it } from 'vitest';
import { isMovable } from '../../../src/runtime/interrupts.js';
import { enterPartition, isolatePartition, takePartition } from '../../../src/runtime/partition.js';
import { readPartitionGroup } from '../../../src/runtime/verify/host-state.js';
import { FakeCgroup } from '../../support/fake-cgroup.js';
import { FakeInterrupts } from '../../support/fake-interrupts.js';

describe('the group of a partition', () => {
  const root = '/sys/fs/cgroup';
  const group = `${root}/vm-db`;

  it('is read as the kernel has it, with the threads in it and why it is invalid', () => {
    const files = new FakeCgroup({ processes: [{ group: '', threads: [10, 100, 101] }] });
    expect(readPartitionGroup(files, group)).toBeNull();
    const plan = { root, group, cpus: [2, 3], enables: ['cpuset'], holder: null };
    takePartition(plan, files);
    isolatePartition(plan, files);
    enterPartition(plan, 10, [100, 101], files);
    const state = (partition: string) => ({
      path: group,
      threadIds: [100, 101],
      files: new Map([
        ['cpuset.cpus', '2-3'],
        ['cpuset.cpus.partition', partition],
      ]),
    });
    expect(readPartitionGroup(files, group)).toEqual(state('isolated'));
    files.makeFolder(`${root}/other`);
    files.write(`${root}/other/cpuset.cpus`, '3-4');
    expect(readPartitionGroup(files, group)).toEqual(
      state('isolated invalid (Cpu list in cpuset.cpus not exclusive)'),
    );
  });
});

describe('whether an interrupt can be moved', () => {
  it.each(['EIO', 'EPERM'] as const)(
    'is asked without moving one, where the kernel answers %s',
    (refusal) => {
      const files = new FakeInterrupts({ irqs: { 24: '0-7', 25: '0-7' }, managed: [25], refusal });
      expect([24, 25, 26].map((irq) => isMovable(irq, files))).toEqual([true, false, null]);
      expect(files.journal).toEqual([]);
    },
  );
});
