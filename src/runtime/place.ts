/** Puts every thread of a paused QEMU on the CPUs of the plan, and proves it. */
import { VmError } from '../errors.js';
import type { PlacementPlan, VmPlan } from '../plan/plan.js';
import type { QmpClient } from '../qmp/client.js';
import { pause } from '../qmp/limits.js';
import { formatCpuList } from '../units.js';
import { enterCacheGroup } from './cache-group.js';
import { run } from './run.js';
import { ownCpus, readThreads, type Thread } from './threads.js';

/** A vCPU or I/O thread, as QMP names it. */
export interface NamedThread {
  readonly kind: 'vcpu' | 'ioThread';
  readonly index: number;
  readonly threadId: number;
}

/** Where a thread is to be, and what to call it in an error. */
interface Wish {
  readonly what: string;
  readonly cpus: ReadonlySet<number>;
}

/**
 * Sets the affinity of each thread, reads it back and compares.
 * @returns how many threads are where the plan has them.
 * @throws VmError `qemu.placement`, which names the thread that is not where it was put.
 */
export async function placeThreads(
  client: QmpClient,
  pid: number,
  plan: VmPlan,
  signal?: AbortSignal,
): Promise<number> {
  const named = await namedThreads(client, plan, signal);
  const wishes = wishesOf(named, plan.placement, ownCpus());
  const wrong = readThreads(pid).flatMap((thread) => wrongCpus(thread, wishes, plan.placement) ?? []);
  const complaints = await setAffinities(wrong);
  const threads = readThreads(pid);
  const misplaced = threads.flatMap((thread) => wrongCpus(thread, wishes, plan.placement) ?? []);
  const [first] = misplaced;
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
  return threads.length;
}

/** Threads that QMP tells of. They exist while the guest is paused, but may come a moment after the greeting. */
async function namedThreads(client: QmpClient, plan: VmPlan, signal?: AbortSignal): Promise<NamedThread[]> {
  const ioThreads =
    plan.ioThreads.length === 0 ? [] : await client.execute('query-iothreads', {}, { signal });
  const byId = new Map(ioThreads.map((thread) => [thread.id, thread['thread-id']]));
  const named = plan.ioThreads.flatMap((id, index): NamedThread[] => {
    const threadId = byId.get(id);
    return threadId === undefined ? [] : [{ kind: 'ioThread', index, threadId }];
  });
  return [...(await vcpuThreads(client, plan.cpu.vcpus, signal)), ...named];
}

const vcpuPatience = 10;

async function vcpuThreads(client: QmpClient, count: number, signal?: AbortSignal): Promise<NamedThread[]> {
  const deadline = performance.now() + vcpuPatience * 1000;
  for (;;) {
    const vcpus = await client.execute('query-cpus-fast', {}, { signal });
    if (vcpus.length >= count) {
      return vcpus.map((vcpu) => ({ kind: 'vcpu', index: vcpu['cpu-index'], threadId: vcpu['thread-id'] }));
    }
    if (performance.now() >= deadline) {
      throw new VmError('qemu.placement', `QEMU shows ${vcpus.length} vCPUs and not ${count}`);
    }
    await pause(0.005, signal);
  }
}

/**
 * What each named thread is to have. Threads inherit the CPUs of the emulator, with which QEMU was started: those that the plan lets
 * float are given back all that we have ourselves. A thread that serves several vCPUs (TCG can) gets the CPUs of all of them. Pure.
 * @param all the CPUs that a thread has which nobody places.
 */
export function wishesOf(
  named: readonly NamedThread[],
  placement: PlacementPlan,
  all: readonly number[],
): Map<number, Wish> {
  const floating = placement.emulator.length > 0 ? all : [];
  const wishes = new Map<number, Wish>();
  for (const { kind, index, threadId } of named) {
    const planned = kind === 'vcpu' ? vcpuCpus(placement, index) : (placement.ioThreads[index] ?? []);
    const cpus = planned.length > 0 ? planned : floating;
    if (cpus.length === 0) continue;
    const what = kind === 'vcpu' ? `vCPU ${index}` : `I/O thread ${index}`;
    wishes.set(threadId, { what, cpus: new Set([...(wishes.get(threadId)?.cpus ?? []), ...cpus]) });
  }
  return wishes;
}

function vcpuCpus({ vcpus }: PlacementPlan, index: number): readonly number[] {
  const vcpu = vcpus.find((candidate) => candidate.vcpu === index);
  if (vcpu === undefined) return [];
  return vcpu.cpu === null ? vcpu.cpus : [vcpu.cpu];
}

interface Misplaced extends Wish {
  readonly thread: Thread;
}

/** Every thread that QMP does not name is the emulator's: the main loop, `call_rcu`, workers. */
function wrongCpus(
  thread: Thread,
  wishes: ReadonlyMap<number, Wish>,
  { emulator }: PlacementPlan,
): Misplaced | undefined {
  const wish = wishes.get(thread.threadId) ?? {
    what: `emulator thread ${thread.name}`,
    cpus: new Set(emulator),
  };
  const same = wish.cpus.size === thread.cpus.length && thread.cpus.every((cpu) => wish.cpus.has(cpu));
  return wish.cpus.size === 0 || same ? undefined : { ...wish, thread };
}

/**
 * One `xargs` runs one `taskset` a thread, without a shell: 16 threads in 30 ms. @returns what they complained of, which is no error in
 * itself: a worker thread may have ended by itself.
 */
async function setAffinities(threads: readonly Misplaced[]): Promise<string> {
  if (threads.length === 0) return '';
  const lines = threads.map(({ thread, cpus }) => `${formatCpuList(cpus)} ${thread.threadId}\n`);
  const { stderr } = await run('xargs', ['-r', '-L', '1', 'taskset', '-cp'], { input: lines.join('') });
  return stderr;
}

function misplacement({ what, cpus, thread }: Misplaced, complaints: string): VmError {
  const has = formatCpuList(thread.cpus);
  return new VmError(
    'qemu.placement',
    `${what} (thread ${thread.threadId}) may run on CPUs ${has}, and not on ${formatCpuList(cpus)} as planned`,
    {
      hint: 'A cpuset or another program that sets affinities stands against it.',
      details: complaints.split('\n').filter((line) => line !== ''),
    },
  );
}
