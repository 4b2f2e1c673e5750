import { describe, expect, it } from 'vitest';
import type { PlacementPlan } from '../../src/plan/plan.js';
import { misplaced, wishedCpus } from '../../src/runtime/place-wishes.js';
import type { Scheduling } from '../../src/runtime/scheduling.js';
import type { VmThread } from '../../src/runtime/vm-threads.js';

const placement: PlacementPlan = {
  vcpus: [
    { vcpu: 0, cpu: 2, cpus: [2], node: 0, core: 2 },
    { vcpu: 1, cpu: null, cpus: [3, 4], node: null, core: null },
    { vcpu: 2, cpu: null, cpus: [], node: null, core: null },
  ],
  emulator: [0],
  ioThreads: [[5], []],
  vhost: [0, 1],
  scheduler: null,
  housekeeping: [0],
  exclusiveCpus: [],
  relaxed: [],
  reasons: [],
};
const thread = (role: VmThread['role'], indexes: readonly number[] = [], more: Partial<VmThread> = {}) => ({
  ...{ name: 'x', threadId: 10, cpus: [0], role, indexes, of: 'qemu' as const },
  ...more,
});
const all = [0, 1, 2, 3, 4, 5];

describe('wishedCpus', () => {
  it.each([
    [thread('vcpu', [0]), [2]],
    [thread('vcpu', [1]), [3, 4]],
    [thread('ioThread', [0]), [5]],
    [thread('vhost'), [0, 1]],
    [thread('vhost', [], { of: 'kernel' }), [0, 1]],
    [thread('emulator'), [0]],
    [thread('emulator', [], { of: 'kernel' }), [0]],
    [thread('emulator', [], { of: 'beside' }), [0]],
  ])('of %j are those of the plan, whatever floats', (one, cpus) => {
    expect(wishedCpus(one, placement, all)).toEqual(cpus);
    expect(wishedCpus(one, placement, [])).toEqual(cpus);
  });

  it.each([thread('vcpu', [2]), thread('vcpu', [3]), thread('ioThread', [1])])(
    "of %j, which floats, are all that there are instead of the emulator's",
    (one) => {
      expect(wishedCpus(one, placement, all)).toEqual(all);
      expect(wishedCpus(one, placement, [])).toEqual([]);
    },
  );

  it('of a thread of the kernel that nobody places stay those that the kernel chose', () => {
    const unplaced = { ...placement, vhost: [] };
    expect(wishedCpus(thread('vhost', [], { of: 'kernel' }), unplaced, all)).toEqual([]);
    expect(wishedCpus(thread('vhost'), unplaced, all)).toEqual(all);
  });

  it('of a thread that serves several vCPUs are those of all of them', () => {
    expect(wishedCpus(thread('vcpu', [0, 1]), placement, all)).toEqual([2, 3, 4]);
  });
});

describe('misplaced', () => {
  const other: Scheduling = { policy: 'other', priority: null };
  const fifo: Scheduling = { policy: 'fifo', priority: 1 };
  const realTime: PlacementPlan = { ...placement, scheduler: { policy: 'fifo', priority: 1 } };
  const right = thread('vcpu', [0], { cpus: [2] });

  it('is none that is where it is to be, and scheduled so', () => {
    expect(misplaced(right, other, placement, all)).toBeUndefined();
    expect(misplaced(right, fifo, realTime, all)).toBeUndefined();
    expect(misplaced(thread('emulator'), undefined, realTime, all)).toBeUndefined();
  });

  it('tells the CPUs that it is to have', () => {
    const wrong = thread('vcpu', [1], { cpus: [3] });
    expect(misplaced(wrong, other, placement, all)).toEqual({
      thread: wrong,
      cpus: [3, 4],
      scheduling: null,
    });
  });

  it('tells how it is to be scheduled', () => {
    const wrong = (from: Scheduling, plan: PlacementPlan) => misplaced(right, from, plan, all)?.scheduling;
    expect(wrong(other, realTime)).toEqual({ from: other, to: realTime.scheduler });
    expect(wrong({ ...fifo, priority: 2 }, realTime)?.to).toEqual({ policy: 'fifo', priority: 1 });
    expect(wrong({ policy: 'rr', priority: 1 }, realTime)?.to).toEqual({ policy: 'fifo', priority: 1 });
  });

  it('takes away real time that the plan knows nothing of, and leaves other policies', () => {
    expect(misplaced(right, fifo, placement, all)?.scheduling).toEqual({ from: fifo, to: other });
    expect(misplaced(right, { policy: 'batch', priority: null }, placement, all)).toBeUndefined();
  });
});
