/** The ladder of `vcpus: auto`: what is tried, one promise given up after the other. Pure. */
import type { Locality } from './locality.js';
import { type Core, compareNumbers, groupBy, type Machine } from './machine.js';
import { freeCores, partlyFreeCores } from './pool.js';
import type { Reserve } from './reserve.js';
import type { Room } from './room.js';
import { type Demand, type Selection, selectCores } from './select.js';

/** What bears on the placement of vCPUs. */
export interface Guest {
  readonly vcpus: number;
  readonly maxVcpus: number;
  /** Threads of a core in the topology that the spec gives; null where that is auto. */
  readonly threads: number | null;
  /** CPUs of other threads, which vCPUs share only where there are no others. */
  readonly avoid: readonly number[];
  readonly locality: Locality;
  /** Which nodes have memory for it; null: that is no criterion. */
  readonly room: Room | null;
}

/** How cores take vCPUs; the first two take whole free cores and can be shown to the guest as they are. */
type Fill =
  /** Siblings next to each other where the guest can be shown them, else one vCPU a core. */
  | 'siblings'
  | 'alone'
  /** One vCPU a core, also on what other VMs leave of theirs. */
  | 'beside'
  /** Whole free cores filled one after the other, though the guest can't be shown their siblings. */
  | 'packed'
  /** The same with what other VMs leave of theirs. */
  | 'squeezed';

export interface Attempt {
  readonly fill: Fill;
  readonly reserveKept: boolean;
  /** Only nodes that have memory for their vCPUs. */
  readonly roomy: boolean;
}

export interface Found {
  readonly attempt: Attempt;
  readonly demand: Demand;
  readonly selection: Selection;
  /** One a vCPU, in their order. */
  readonly cpus: readonly number[];
  /** CPUs of a core of this kind. */
  readonly threads: number;
}

/** @returns undefined where there are fewer free CPUs than vCPUs. */
export function findCores(guest: Guest, machine: Machine, reserve: Reserve): Found | undefined {
  const found = climbDown(guest, machine, reserve);
  return found === undefined && guest.avoid.length > 0
    ? climbDown({ ...guest, avoid: [] }, machine, reserve)
    : found;
}

function climbDown(guest: Guest, machine: Machine, reserve: Reserve): Found | undefined {
  for (const attempt of attempts(guest, reserve)) {
    const found = tryAttempt(guest, machine, reserve, attempt);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** From the best to the least: each gives up a little more. */
type Step = Pick<Attempt, 'fill' | 'reserveKept'>;
const ladder: readonly Step[] = [
  { fill: 'siblings', reserveKept: true },
  { fill: 'alone', reserveKept: true },
  { fill: 'beside', reserveKept: true },
  { fill: 'siblings', reserveKept: false },
  { fill: 'packed', reserveKept: true },
  { fill: 'alone', reserveKept: false },
  { fill: 'beside', reserveKept: false },
  { fill: 'packed', reserveKept: false },
];
const lastResort: readonly Step[] = [
  { fill: 'squeezed', reserveKept: true },
  { fill: 'squeezed', reserveKept: false },
];

function attempts({ room }: Guest, reserve: Reserve): Attempt[] {
  const canLoseReserve = !reserve.explicit && reserve.cpus.length > 0;
  const rooms = room === null ? [false] : [true, false];
  return [ladder, lastResort]
    .flatMap((steps) => steps.flatMap((step) => rooms.map((roomy) => ({ ...step, roomy }))))
    .filter(({ reserveKept }) => reserveKept || canLoseReserve);
}

const kindRank = { performance: 0, unknown: 1, efficiency: 2 };

function tryAttempt(guest: Guest, machine: Machine, reserve: Reserve, attempt: Attempt): Found | undefined {
  // Threads of one guest that are of two speeds wait for each other: who wants that names the CPUs.
  const kinds = groupBy(machine.cores, (core) => core.kind);
  const found = [...kinds].flatMap(([kind, ofKind]) => {
    const cores = candidatesFor(guest, attempt, { ...machine, cores: ofKind }, reserve);
    if (cores.length === 0) return [];
    const threads = threadsPerCore(machine, kind);
    const cpuDemand = demandFor(guest, threads, attempt.fill);
    if (cpuDemand === undefined) return [];
    const { locality, room } = guest;
    const memoryFor = attempt.roomy && room !== null ? room.vcpusOn : () => Number.POSITIVE_INFINITY;
    const demand = { ...cpuDemand, memoryFor, away: locality.away };
    return pools(cores).flatMap((pool): { found: Found; score: number[] }[] => {
      const selection = selectCores(pool, demand, machine);
      if (selection === undefined) return [];
      const { nodes, away, l3Domains, shared, gap } = selection;
      const score = [nodes.length, away, l3Domains, kindRank[kind ?? 'unknown'], shared, gap];
      const cpus = selection.cores
        .flatMap((core) => core.cpus.slice(0, demand.capacity(core)))
        .slice(0, guest.vcpus);
      return [{ found: { attempt, demand, selection, cpus, threads }, score }];
    });
  });
  return found.sort((a, b) => compareNumbers(a.score, b.score))[0]?.found;
}

/** Whole cores come first; cores of others are left alone while whole ones have enough CPUs. */
function candidatesFor(
  { vcpus, avoid }: Guest,
  { fill, reserveKept }: Attempt,
  machine: Machine,
  reserve: Reserve,
): Core[] {
  const kept = reserveKept ? [...reserve.cpus, ...avoid] : avoid;
  const whole = freeCores(machine, kept);
  if (fill !== 'beside' && fill !== 'squeezed') return whole;
  const isEnough = whole.reduce((total, core) => total + core.cpus.length, 0) >= vcpus;
  return isEnough ? [] : [...whole, ...partlyFreeCores(machine, kept)];
}

/** The isolated ones alone, if there are any, and all. */
function pools(cores: readonly Core[]): (readonly Core[])[] {
  const isolated = cores.filter((core) => core.isolated);
  return isolated.length > 0 && isolated.length < cores.length ? [isolated, cores] : [cores];
}

function threadsPerCore(machine: Machine, kind: Core['kind'] | undefined): number {
  return machine.cores.reduce(
    (most, core) => (kind === undefined || core.kind === kind ? Math.max(most, core.cpus.length) : most),
    1,
  );
}

type CpuDemand = Pick<Demand, 'vcpus' | 'perCore' | 'capacity'>;

/** @returns undefined for one vCPU a core where the spec wants the guest to see siblings. */
function demandFor(guest: Guest, threads: number, fill: Fill): CpuDemand | undefined {
  const { vcpus } = guest;
  if (fill === 'packed' || fill === 'squeezed')
    return { vcpus, perCore: null, capacity: (core) => core.cpus.length };
  const best = siblingsShown(guest, threads);
  if (fill !== 'siblings' && guest.threads !== null && best > 1) return undefined;
  const perCore = fill === 'siblings' ? best : 1;
  return { vcpus, perCore, capacity: (core) => (core.cpus.length >= perCore ? perCore : 0) };
}

/** How many siblings of a core the guest can be shown. */
function siblingsShown({ vcpus, maxVcpus, threads: wanted }: Guest, threads: number): number {
  if (wanted !== null) return Math.min(wanted, threads);
  return vcpus % threads === 0 && maxVcpus % threads === 0 ? threads : 1;
}
