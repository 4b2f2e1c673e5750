/**
 * By which placement the threads are judged. A list or a map of the spec says it outright. `auto` leaves a choice: the plan of the record is
 * one that was made of it, but a record can be wrong. So it counts only as far as it keeps what `auto` promises on this host; the plan
 * made anew from the spec always does. Pure.
 */
import type { VmSpec } from '../../spec/schema.js';
import type { Claim, HostFacts } from '../facts.js';
import { describeMachine, type Machine } from '../placement/machine.js';
import { chooseReserve } from '../placement/reserve.js';
import { pinnedCpus } from '../placement/vcpus.js';
import type { PlacementPlan } from '../plan.js';
import type { RunningVm } from './running.js';

export interface MeasureInput {
  readonly spec: VmSpec;
  readonly host: HostFacts;
  /** Of the other live VMs. */
  readonly claims: readonly Claim[];
  /** Planned now, from the spec. */
  readonly planned: PlacementPlan;
  /** As the record has it, whoever wrote that. */
  readonly recorded: PlacementPlan;
  readonly running: Pick<RunningVm, 'vcpus' | 'ioThreads' | 'threads'>;
}

/** The one of the two that more threads follow, if both keep the spec's promises. */
export function chooseMeasure(input: MeasureInput): PlacementPlan {
  const { planned, recorded, running } = input;
  if (!isPlacement(recorded) || !keepsPromises(recorded, input)) return planned;
  return strayThreads(recorded, running) < strayThreads(planned, running) ? recorded : planned;
}

/** Whether two lists hold the same CPUs. */
export function sameCpus(a: readonly number[], b: readonly number[]): boolean {
  const set = new Set(a);
  return set.size === new Set(b).size && b.every((cpu) => set.has(cpu));
}

/** The CPUs of each vCPU in a placement, by its number. */
export function vcpuCpus({ vcpus }: PlacementPlan, index: number): readonly number[] {
  const vcpu = vcpus.find((candidate) => candidate.vcpu === index);
  if (vcpu === undefined) return [];
  return vcpu.cpu === null ? vcpu.cpus : [vcpu.cpu];
}

/** A hand that changes a record may leave anything in it. */
function isPlacement(value: PlacementPlan): boolean {
  const lists: readonly unknown[] = [
    value.vcpus,
    value.emulator,
    value.ioThreads,
    value.vhost,
    value.relaxed,
  ];
  return lists.every(Array.isArray) && value.vcpus.every(({ cpus }) => Array.isArray(cpus));
}

function keepsPromises(recorded: PlacementPlan, { spec, host, claims, planned }: MeasureInput): boolean {
  const machine = describeMachine(host, claims);
  const wanted = spec.placement;
  const reserve = chooseReserve(wanted, machine).cpus;
  const automatic = wanted.vcpus === 'auto' || wanted.vcpus === 'strict';
  const vcpusKept = automatic
    ? keepsVcpus(recorded, planned, machine, reserve)
    : planned.vcpus.every(({ vcpu }) => sameCpus(vcpuCpus(recorded, vcpu), vcpuCpus(planned, vcpu)));
  const helper = (key: 'emulator' | 'vhost') =>
    wanted[key] === 'auto'
      ? keepsHelpers(recorded[key], recorded, planned, machine, reserve)
      : sameCpus(recorded[key], planned[key]);
  const ioThreadsKept = planned.ioThreads.every((cpus, index) => {
    const own = recorded.ioThreads[index] ?? [];
    return wanted.ioThreads === 'auto'
      ? keepsHelpers(own, recorded, planned, machine, reserve)
      : sameCpus(own, cpus);
  });
  return vcpusKept && helper('emulator') && helper('vhost') && ioThreadsKept;
}

/** One CPU each, nobody else's; and no promise given up that the plan made now keeps, unless the launch said so. */
function keepsVcpus(
  recorded: PlacementPlan,
  planned: PlacementPlan,
  machine: Machine,
  reserve: readonly number[],
): boolean {
  const count = planned.vcpus.length;
  const cpus = planned.vcpus.map(({ vcpu }) => vcpuCpus(recorded, vcpu));
  if (planned.vcpus.some(({ cpu }) => cpu === null)) return cpus.every((list) => within(list, machine));
  const used = cpus.flat();
  const one = cpus.every((list) => list.length === 1) && new Set(used).size === count;
  if (!one || !within(used, machine) || used.some((cpu) => machine.holderOf.has(cpu))) return false;
  if (recorded.relaxed.length > 0) return true;
  return costs(used, machine, reserve).every(
    (cost, index) => cost <= (costs(pinnedCpus(planned.vcpus), machine, reserve)[index] ?? 0),
  );
}

function within(cpus: readonly number[], { allowed }: Machine): boolean {
  return allowed.length === 0 || cpus.every((cpu) => allowed.includes(cpu));
}

/** What `auto` keeps small: reserved CPUs taken, siblings left out, nodes, L3 domains. */
function costs(used: readonly number[], machine: Machine, reserve: readonly number[]): number[] {
  const cores = [...new Set(used.map((cpu) => machine.coreOf.get(cpu)))].filter((core) => core !== undefined);
  const left = cores.flatMap((core) => core.cpus.filter((cpu) => !used.includes(cpu)));
  return [
    used.filter((cpu) => reserve.includes(cpu)).length,
    left.length,
    new Set(cores.map(({ node }) => node)).size,
    new Set(cores.map(({ l3 }) => l3)).size,
  ];
}

/** On the reserved CPUs, where these are kept; away from vCPUs in any case, unless the plan made now shares too, or the launch said so. */
function keepsHelpers(
  cpus: readonly number[],
  recorded: PlacementPlan,
  planned: PlacementPlan,
  machine: Machine,
  reserve: readonly number[],
): boolean {
  const pinned = pinnedCpus(recorded.vcpus);
  const plannedPinned = pinnedCpus(planned.vcpus);
  const sharing = recorded.relaxed.length > 0 || planned.emulator.some((cpu) => plannedPinned.includes(cpu));
  const reserveKept = reserve.length > 0 && !reserve.some((cpu) => pinned.includes(cpu));
  if ((cpus.length === 0) !== (planned.emulator.length === 0) || !within(cpus, machine)) return false;
  if (reserveKept) return cpus.every((cpu) => reserve.includes(cpu));
  return sharing || cpus.every((cpu) => !pinned.includes(cpu));
}

/** How many threads are not where a placement has them. */
function strayThreads(
  placement: PlacementPlan,
  { vcpus, ioThreads, threads }: MeasureInput['running'],
): number {
  const named = new Map<number, readonly number[]>([
    ...vcpus.map(({ index, threadId }) => [threadId, vcpuCpus(placement, index)] as const),
    ...ioThreads.map(({ index, threadId }) => [threadId, placement.ioThreads[index] ?? []] as const),
  ]);
  return threads.filter(({ threadId, cpus }) => {
    const wanted = named.get(threadId) ?? placement.emulator;
    return wanted.length > 0 && !sameCpus(wanted, cpus);
  }).length;
}
