/**
 * Puts the threads of a VM that runs back to where its plan has them, or to a new placement, and with them its partition, its shares of
 * the caches and the interrupts. What it is about to take is in its record
 * before a thread moves, and what it leaves after: a `vm` that is killed meanwhile leaves a VM that holds both, and the next one mends it.
 */
import { VmError } from '../errors.js';
import { bothHolds } from '../plan/holds.js';
import { interruptCpus } from '../plan/interrupts.js';
import type { VmPaths } from '../plan/paths.js';
import type { PlacementPlan } from '../plan/plan.js';
import type { QmpClient } from '../qmp/client.js';
import { parseCpuList } from '../units.js';
import { keepAffinities } from './affinities.js';
import { livingQemu } from './alive.js';
import { lock } from './lock.js';
import { withMonitor } from './monitor.js';
import { holdsForCpus, leaveHolds, takeHolds, withHolds } from './move-holds.js';
import { placeThreads } from './place.js';
import type { Misplaced } from './place-wishes.js';
import { type VmRecord, writeRecord } from './record.js';
import type { Scheduling } from './scheduling.js';
import { ownCpus } from './threads.js';
import { threadInWords } from './vm-threads.js';

export interface PlaceOptions {
  /**
   * Where vCPUs are to be from now on: `auto`, `strict`, `none`, or a CPU list such as `1-4,11-14`. The threads beside them follow as the
   * spec says; memory stays. Default: as planned.
   */
  readonly vcpus?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface MovedThread {
  /** `vCPU 0`, `I/O thread 1`, `emulator thread call_rcu`, … */
  readonly what: string;
  readonly threadId: number;
  /** Null: they were right. */
  readonly cpus: { readonly from: readonly number[]; readonly to: readonly number[] } | null;
  readonly scheduling: { readonly from: Scheduling; readonly to: Scheduling } | null;
}

export interface PlaceResult {
  /** How many threads the VM has, each in its place now. */
  readonly threads: number;
  readonly moved: readonly MovedThread[];
  readonly placement: PlacementPlan;
  readonly warnings: readonly string[];
}

/** Seconds that another command on this VM is waited for. */
const patience = 5;

/**
 * @param read finds its record. @throws what it throws; VmError `state.locked`; `state.not-running`; `usage.vcpus`; `host.*` for what
 *   stands against the new placement; `qemu.placement`. After these the VM is where it was.
 */
export async function placeVm(
  name: string,
  paths: VmPaths,
  read: () => Promise<VmRecord>,
  { vcpus, signal }: PlaceOptions,
): Promise<PlaceResult> {
  const wish = vcpus === undefined ? undefined : parseWish(vcpus);
  const held = await lock(paths.lock, 'vm place', { subject: name, timeout: patience, signal });
  try {
    const record = await read();
    const qemu = livingQemu(paths, record);
    if (qemu === undefined) throw new VmError('state.not-running', `${name} does not run any more`);
    const work = (client: QmpClient) => move(record, { client, pid: qemu.pid, paths, wish, signal });
    return await withMonitor(paths, qemu.pid, work, { signal });
  } finally {
    held.release();
  }
}

type PlaceWish = 'auto' | 'strict' | 'none' | number[];

/** @throws VmError `usage.vcpus`. */
function parseWish(text: string): PlaceWish {
  if (text === 'auto' || text === 'strict' || text === 'none') return text;
  const cpus = parseCpuList(text);
  if (cpus !== undefined && cpus.length > 0) return cpus;
  throw new VmError('usage.vcpus', 'that is no placement of vCPUs', {
    hint: 'Write auto, strict, none, or a CPU list such as 1-4,11-14, one CPU a vCPU.',
  });
}

interface Move {
  readonly client: QmpClient;
  readonly pid: number;
  readonly paths: VmPaths;
  readonly wish: PlaceWish | undefined;
  readonly signal: AbortSignal | undefined;
}

async function move(before: VmRecord, how: Move): Promise<PlaceResult> {
  const { client, pid, paths, wish, signal } = how;
  const vcpus = await client.execute('query-cpus-fast', {}, { signal });
  const present = vcpus.map((vcpu) => vcpu['cpu-index']).sort((a, b) => a - b);
  // Threads that a new placement lets float may have been pinned by the old one.
  const floating = wish === undefined ? {} : { floating: ownCpus() };
  const { after, warnings } = await plan(before, present, how);
  try {
    const stuck = await hold(before, after, paths);
    const placed = await placeThreads(client, pid, after, { signal, vcpus: present.length, ...floating });
    await leave(before, after);
    writeRecord(paths, after);
    return {
      threads: placed.threads,
      moved: placed.moved.map(movedThread),
      placement: after.plan.placement,
      warnings: [...warnings, ...stuck, ...placed.warnings],
    };
  } catch (error) {
    // As far as can be: where QEMU is gone, or somebody else moves threads, there is nothing to go back to.
    await hold(after, before, paths).catch(() => undefined);
    await placeThreads(client, pid, before, { vcpus: present.length }).catch(() => undefined);
    await leave(after, before).catch(() => undefined);
    writeRecord(paths, before);
    throw error;
  }
}

interface Planned {
  /** As the record is to be in the end. */
  readonly after: VmRecord;
  readonly warnings: readonly string[];
}

/** Plans what has changed, and writes down that both the old CPUs and the new are held, with all that goes with them. */
async function plan(before: VmRecord, present: readonly number[], { paths, wish }: Move): Promise<Planned> {
  const planned = before.plan.placement.vcpus.map(({ vcpu }) => vcpu);
  const isKnown = planned.length === present.length && planned.every((vcpu) => present.includes(vcpu));
  if (wish === undefined && isKnown) return { after: withoutOldCpus(before), warnings: [] };
  // Planning loads much that putting back does not need.
  const { replan } = await import('./replan.js');
  const { underClaims } = await import('./claims.js');
  return underClaims(before.name, async (claims) => {
    const { record: after, warnings } = await replan(before, present, claims, wish);
    writeRecord(paths, holdingBoth(before, after));
    return { after, warnings };
  });
}

function holdingBoth(before: VmRecord, after: VmRecord): VmRecord {
  const { placement } = after.plan;
  const held = [...new Set([...before.plan.placement.exclusiveCpus, ...placement.exclusiveCpus])];
  const both = { ...placement, exclusiveCpus: held };
  const record = { ...after, plan: { ...after.plan, placement: both } };
  return withHolds(record, bothHolds(before.plan, after.plan));
}

/** What it holds for the CPUs of the one record is from now on held for those of the other. @returns what is worth a word. */
async function hold(from: VmRecord, to: VmRecord, paths: VmPaths): Promise<string[]> {
  if (!holdsForCpus(to.plan)) return [];
  const { underClaims } = await import('./claims.js');
  return underClaims(to.name, (claims) => {
    writeRecord(paths, holdingBoth(from, to));
    const take = () => takeHolds(from.plan, to.plan, claims);
    const { partition } = to.plan;
    return partition === null ? take() : keepAffinities(partition.root, take);
  });
}

async function leave(from: VmRecord, to: VmRecord): Promise<void> {
  if (from.plan.cacheGroups.length === 0) return;
  const { underClaims } = await import('./claims.js');
  await underClaims(to.name, (claims) => leaveHolds(from.plan, to.plan, claims));
}

/** CPUs that a move left which did not come to its end. */
function withoutOldCpus(record: VmRecord): VmRecord {
  const { placement } = record.plan;
  const exclusiveCpus = placement.exclusiveCpus.filter((cpu) =>
    placement.vcpus.some((vcpu) => vcpu.cpu === cpu),
  );
  const { interrupts } = record.plan;
  const away = interrupts && { ...interrupts, cpus: interruptCpus(placement) };
  const rest = { ...record, plan: { ...record.plan, placement: { ...placement, exclusiveCpus } } };
  return withHolds(rest, { ...record.plan, interrupts: away });
}

function movedThread({ thread, cpus, scheduling }: Misplaced): MovedThread {
  return {
    what: threadInWords(thread),
    threadId: thread.threadId,
    cpus: cpus === null ? null : { from: thread.cpus, to: cpus },
    scheduling,
  };
}
