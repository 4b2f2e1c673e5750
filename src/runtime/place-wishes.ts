/** Where each thread is to be, and which are not. Pure. */
import type { PlacementPlan, SchedulerPlan } from '../plan/plan.js';
import { isRealTime, type Scheduling } from './scheduling.js';
import type { VmThread } from './vm-threads.js';

/**
 * The CPUs that a thread is to have; none: it stays as it is. Threads inherit the CPUs of the emulator, with which QEMU was started:
 * those that the plan lets float are given others.
 * @param floating the CPUs of a thread that nobody places; none: they stay.
 */
export function wishedCpus(
  { role, indexes, of }: VmThread,
  placement: PlacementPlan,
  floating: readonly number[],
): readonly number[] {
  const lists = {
    vcpu: () => indexes.map((index) => vcpuCpus(placement, index)),
    ioThread: () => indexes.map((index) => placement.ioThreads[index] ?? []),
    vhost: () => [placement.vhost],
    emulator: () => [placement.emulator],
  }[role]();
  // What the kernel chose for a thread of its own leaves out isolated CPUs.
  const unplaced = of === 'kernel' ? [] : floating;
  // A thread that serves several vCPUs has the CPUs of all of them.
  return [...new Set(lists.flatMap((cpus) => (cpus.length > 0 ? cpus : unplaced)))].sort((a, b) => a - b);
}

function vcpuCpus({ vcpus }: PlacementPlan, index: number): readonly number[] {
  const vcpu = vcpus.find((candidate) => candidate.vcpu === index);
  if (vcpu === undefined) return [];
  return vcpu.cpu === null ? vcpu.cpus : [vcpu.cpu];
}

/**
 * How a thread is to be scheduled; null: as it is. Of a vCPU of which the plan says nothing, only real time is taken away: that is
 * what an earlier plan gave it.
 */
function wishedScheduling(
  { role }: VmThread,
  now: Scheduling,
  { scheduler }: PlacementPlan,
): SchedulerPlan | null {
  if (role !== 'vcpu') return null;
  if (scheduler === null) return isRealTime(now) ? { policy: 'other', priority: null } : null;
  return scheduler.policy === now.policy && scheduler.priority === now.priority ? null : scheduler;
}

/** A thread that is not where, or not scheduled as, it is to be; null: in this it is right. */
export interface Misplaced {
  readonly thread: VmThread;
  readonly cpus: readonly number[] | null;
  readonly scheduling: { readonly from: Scheduling; readonly to: SchedulerPlan } | null;
}

export function misplaced(
  thread: VmThread,
  now: Scheduling | undefined,
  placement: PlacementPlan,
  floating: readonly number[],
): Misplaced | undefined {
  const wished = wishedCpus(thread, placement, floating);
  const same = wished.length === thread.cpus.length && wished.every((cpu) => thread.cpus.includes(cpu));
  const cpus = wished.length === 0 || same ? null : wished;
  const to = now === undefined ? null : wishedScheduling(thread, now, placement);
  const scheduling = to === null || now === undefined ? null : { from: now, to };
  return cpus === null && scheduling === null ? undefined : { thread, cpus, scheduling };
}
