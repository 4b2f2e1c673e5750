/** Puts every thread of a VM on the CPUs of the plan, scheduled as it says, and proves it. */
import { VmError } from '../errors.js';
import type { PlacementPlan } from '../plan/plan.js';
import type { QmpClient } from '../qmp/client.js';
import { formatCpuList } from '../units.js';
import { enterCacheGroup } from './cache-group.js';
import { attractInterrupts } from './interrupts.js';
import { namedThreads } from './named-threads.js';
import { enterPartition } from './partition.js';
import { type Misplaced, misplaced } from './place-wishes.js';
import type { VmRecord } from './record.js';
import { type Each, forEach } from './run.js';
import { isRealTime, readScheduling, schedulingInWords, setScheduling } from './scheduling.js';
import { ownCpus } from './threads.js';
import { threadInWords, threadsOfVm } from './vm-threads.js';

export interface PlaceThreadsOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many vCPUs QEMU must show before. Default: those of the plan. */
  readonly vcpus?: number;
  /** What sets affinities first, from {@link readyToMove}. */
  readonly move?: Each | undefined;
  /** CPUs of threads that nobody places; none: they stay. Default: {@link floatingOver}. */
  readonly floating?: readonly number[];
}

export interface Placed {
  /** How many threads the VM has. */
  readonly threads: number;
  /** Those that were elsewhere before. */
  readonly moved: readonly Misplaced[];
  /** A sentence on each thread of the kernel that could not be moved. */
  readonly warnings: readonly string[];
}

/**
 * Sets the affinity and the scheduling of each thread, reads them back and compares.
 * @throws VmError `qemu.placement`, which names the thread that is not where it was put.
 */
export async function placeThreads(
  client: QmpClient,
  pid: number,
  { plan, resources }: Pick<VmRecord, 'plan' | 'resources'>,
  { signal, move, vcpus = plan.cpu.vcpus, floating = floatingOver(plan.placement) }: PlaceThreadsOptions = {},
): Promise<Placed> {
  const named = await namedThreads(client, plan, vcpus, signal);
  const vcpuIds = named.filter(({ kind }) => kind === 'vcpu').map(({ threadId }) => threadId);
  // Before their affinities: the kernel takes CPUs of a partition from nobody outside.
  if (plan.partition !== null) enterPartition(plan.partition, pid, vcpuIds);
  const look = () => {
    const threads = threadsOfVm(pid, named, resources);
    const wrong = threads.flatMap((thread) => {
      const now = thread.role === 'vcpu' ? readScheduling(thread.threadId) : undefined;
      return misplaced(thread, now, plan.placement, floating) ?? [];
    });
    return { threads, wrong };
  };
  const moved: Misplaced[] = [];
  const complaints: string[] = [];
  let { threads, wrong } = look();
  // A guest that runs makes threads meanwhile, which inherit the CPUs of their makers.
  for (let fresh = wrong; fresh.length > 0; fresh = notIn(moved, wrong)) {
    complaints.push(...(await put(fresh, moved.length === 0 ? move : undefined)));
    moved.push(...fresh);
    ({ threads, wrong } = look());
  }
  const first = wrong.find(({ thread }) => thread.of !== 'kernel');
  if (first !== undefined) throw misplacement(first, complaints);
  for (const { threadId } of named) {
    if (threads.every((thread) => thread.threadId !== threadId)) {
      throw new VmError('qemu.placement', `thread ${threadId} of QEMU ended while it was placed`);
    }
  }
  for (const group of plan.cacheGroups) {
    const own = named.filter(({ kind, index }) => kind === 'vcpu' && group.vcpus.includes(index));
    enterCacheGroup(
      group,
      own.map(({ threadId }) => threadId),
    );
  }
  if (plan.interrupts !== null) attractInterrupts(plan.interrupts);
  return { threads: threads.length, moved, warnings: wrong.flatMap(unmovable) };
}

/** To be called while there is nothing else to do: to start it takes longer than what it does. */
export function readyToMove(): Each {
  return forEach(['taskset', '--cpu-list', '--pid']);
}

/** Those of threads that have not been put anywhere yet. */
function notIn(moved: readonly Misplaced[], wrong: readonly Misplaced[]): Misplaced[] {
  const known = new Set(moved.map(({ thread }) => thread.threadId));
  return wrong.filter(({ thread }) => !known.has(thread.threadId));
}

/** Threads that nobody places stay as they are, unless they have inherited the CPUs of the emulator: then they get all that we have. */
function floatingOver({ emulator }: PlacementPlan): readonly number[] {
  return emulator.length > 0 ? ownCpus() : [];
}

/** Real time begins last and ends first: such a thread lets nothing else run where it comes by. @returns what the tools complained of. */
async function put(wrong: readonly Misplaced[], move?: Each): Promise<string[]> {
  const wishes = wrong.flatMap(({ thread: { threadId }, scheduling }) =>
    scheduling === null ? [] : [{ threadId, scheduling: scheduling.to }],
  );
  const lines = wrong.flatMap(({ thread, cpus }) =>
    cpus === null ? [] : [`${formatCpuList(cpus)} ${thread.threadId}`],
  );
  const said = [
    await setScheduling(wishes.filter(({ scheduling }) => !isRealTime(scheduling))),
    lines.length === 0 ? '' : await (move ?? readyToMove())(lines),
    await setScheduling(wishes.filter(({ scheduling }) => isRealTime(scheduling))),
  ];
  return said.join('').split('\n').filter(Boolean);
}

function misplacement({ thread, cpus, scheduling }: Misplaced, details: readonly string[]): VmError {
  const who = `${threadInWords(thread)} (thread ${thread.threadId})`;
  if (cpus !== null) {
    return new VmError(
      'qemu.placement',
      `${who} may run on CPUs ${formatCpuList(thread.cpus)}, and not on ${formatCpuList(cpus)} as planned`,
      { hint: 'A cpuset or another program that sets affinities stands against it.', details },
    );
  }
  const [from, to] =
    scheduling === null ? [] : [schedulingInWords(scheduling.from), schedulingInWords(scheduling.to)];
  return new VmError('qemu.placement', `${who} is scheduled as ${from}, and not as ${to} as planned`, {
    hint: 'Real time is for root, for CAP_SYS_NICE, or up to the priority that `ulimit -r` shows.',
    details,
  });
}

/** Only root may move threads of the kernel. KVM's own have so little to do that it is not worth a word. */
function unmovable({ thread, cpus }: Misplaced): string[] {
  if (thread.role !== 'vhost' || cpus === null) return [];
  const { threadId } = thread;
  return [
    `${threadInWords(thread)} (thread ${threadId}) stays on CPUs ${formatCpuList(thread.cpus)}: it is the kernel's, and was not to be moved to ${formatCpuList(cpus)}`,
  ];
}
