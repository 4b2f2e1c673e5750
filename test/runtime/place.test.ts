import { describe, expect, it } from 'vitest';
import type { PlacementPlan } from '../../src/plan/plan.js';
import { type NamedThread, wishesOf } from '../../src/runtime/place.js';

const placement: PlacementPlan = {
  vcpus: [
    { vcpu: 0, cpu: 2, cpus: [2], node: 0, core: 2 },
    { vcpu: 1, cpu: null, cpus: [3, 4], node: null, core: null },
    { vcpu: 2, cpu: null, cpus: [], node: null, core: null },
  ],
  emulator: [0],
  ioThreads: [[5], []],
  vhost: [],
  scheduler: null,
  housekeeping: [0],
  exclusiveCpus: [],
  relaxed: [],
  reasons: [],
};
const vcpu = (index: number, threadId: number): NamedThread => ({ kind: 'vcpu', index, threadId });
const ioThread = (index: number, threadId: number): NamedThread => ({ kind: 'ioThread', index, threadId });

const cpusBy = (named: readonly NamedThread[], plan = placement) =>
  [...wishesOf(named, plan, [0, 1, 2, 3, 4, 5])].map(([threadId, { what, cpus }]) => [
    threadId,
    what,
    [...cpus],
  ]);

describe('wishesOf', () => {
  it("gives each thread the CPUs of the plan, and one that floats all of ours instead of the emulator's", () => {
    expect(
      cpusBy([vcpu(0, 10), vcpu(1, 11), vcpu(2, 12), vcpu(3, 13), ioThread(0, 20), ioThread(1, 21)]),
    ).toEqual([
      [10, 'vCPU 0', [2]],
      [11, 'vCPU 1', [3, 4]],
      [12, 'vCPU 2', [0, 1, 2, 3, 4, 5]],
      [13, 'vCPU 3', [0, 1, 2, 3, 4, 5]],
      [20, 'I/O thread 0', [5]],
      [21, 'I/O thread 1', [0, 1, 2, 3, 4, 5]],
    ]);
  });

  it('leaves alone what nobody places where the emulator is not placed either', () => {
    expect(cpusBy([vcpu(0, 10), vcpu(2, 12), ioThread(1, 21)], { ...placement, emulator: [] })).toEqual([
      [10, 'vCPU 0', [2]],
    ]);
  });

  it('gives a thread that serves several vCPUs the CPUs of all of them', () => {
    expect(cpusBy([vcpu(0, 10), vcpu(1, 10)])).toEqual([[10, 'vCPU 1', [2, 3, 4]]]);
  });
});
