/** `vcpus: auto`: the best there is, one promise given up after the other where that does not fit. Pure. */
import type { VcpuPlacement } from '../plan.js';
import { type Core, compareNumbers, groupBy, type Machine } from './machine.js';
import type { Reserve } from './reserve.js';
import { type Demand, type Selection, selectCores } from './select.js';
import { floating, floatingCpus, pinned } from './vcpus.js';
import { counted, cpusInWords, holdersInWords, nodesInWords } from './words.js';

interface AutoPlacement {
  readonly vcpus: readonly VcpuPlacement[];
  readonly reserveKept: boolean;
  readonly relaxed: readonly string[];
  readonly reasons: readonly string[];
}

interface Attempt {
  /** Performance and efficiency cores together. */
  readonly mixed: boolean;
  /** Whole cores filled one after the other, though the guest can't be shown their siblings. */
  readonly packed: boolean;
  readonly reserveKept: boolean;
}

interface Found {
  readonly attempt: Attempt;
  readonly demand: Demand;
  readonly selection: Selection;
  /** CPUs of a core of this kind. */
  readonly threads: number;
}

/** Places vCPUs on whole free cores. It never fails: at the end they float over what is allowed. */
export function placeAutomatically(count: number, machine: Machine, reserve: Reserve): AutoPlacement {
  for (const attempt of attempts(machine, reserve)) {
    const found = tryAttempt(count, machine, reserve, attempt);
    if (found !== undefined) return describeFound(found, count, machine, reserve);
  }
  return float(count, machine, reserve);
}

/** From the best to the least: each gives up a little more. */
function attempts(machine: Machine, reserve: Reserve): Attempt[] {
  const reserves = reserve.explicit || reserve.cpus.length === 0 ? [true] : [true, false];
  const kinds = new Set(machine.cores.map((core) => core.kind)).size;
  return (kinds > 1 ? [false, true] : [false]).flatMap((mixed) =>
    [false, true].flatMap((packed) => reserves.map((reserveKept) => ({ mixed, packed, reserveKept }))),
  );
}

/** Cores of which every online CPU may be used and is held by nobody. */
export function freeCores(machine: Machine, kept: readonly number[]): Core[] {
  const allowed = new Set(machine.allowed);
  const reserved = new Set(kept);
  return machine.cores.filter((core) =>
    core.cpus.every((cpu) => allowed.has(cpu) && !reserved.has(cpu) && !machine.holderOf.has(cpu)),
  );
}

const kindRank = { performance: 0, unknown: 1, efficiency: 2 };

function tryAttempt(count: number, machine: Machine, reserve: Reserve, attempt: Attempt): Found | undefined {
  const free = freeCores(machine, attempt.reserveKept ? reserve.cpus : []);
  const groups = attempt.mixed ? [free] : [...groupBy(free, (core) => core.kind).values()];
  const found = groups.flatMap((cores) => {
    const kind = cores[0]?.kind ?? null;
    const threads = threadsPerCore(machine, attempt.mixed ? undefined : kind);
    const demand = demandFor(count, threads, attempt.packed);
    return pools(cores).flatMap((pool): { found: Found; score: number[] }[] => {
      const selection = selectCores(pool, demand, machine);
      if (selection === undefined) return [];
      const { nodes, l3Domains, shared, gap } = selection;
      const score = [nodes.length, l3Domains, kindRank[kind ?? 'unknown'], shared, gap];
      return [{ found: { attempt, demand, selection, threads }, score }];
    });
  });
  return found.sort((a, b) => compareNumbers(a.score, b.score))[0]?.found;
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

/** Whole cores with all their siblings; a count that is no multiple of them gets one core a vCPU. */
function demandFor(vcpus: number, threads: number, packed: boolean): Demand {
  if (packed) return { vcpus, perCore: null, capacity: (core) => core.cpus.length };
  const perCore = vcpus % threads === 0 ? threads : 1;
  return { vcpus, perCore, capacity: (core) => (core.cpus.length >= perCore ? perCore : 0) };
}

function describeFound(
  { attempt, demand, selection, threads }: Found,
  count: number,
  machine: Machine,
  reserve: Reserve,
): AutoPlacement {
  const cpus = selection.cores.flatMap((core) => core.cpus.slice(0, demand.capacity(core))).slice(0, count);
  const relaxed: string[] = [];
  const reasons = [placeInWords(selection, count, threads, demand)];
  if (selection.l3Domains > 1) {
    relaxed.push(
      `the vCPUs are spread over ${selection.l3Domains} L3 domains: in no node has one alone room for ${counted(count, 'vCPU')} on whole free cores`,
    );
  }
  if (selection.nodes.length > 1) {
    relaxed.push(
      `the vCPUs are spread over ${nodesInWords(selection.nodes)}: no node alone has room for ${counted(count, 'vCPU')} on whole free cores`,
    );
  }
  if (!attempt.reserveKept)
    relaxed.push(firstCoreInWords(reserve, 'without it there are not enough whole free cores'));
  if (attempt.packed) {
    relaxed.push(
      `vCPUs share cores and the guest does not see which: ${counted(count, 'vCPU')} fit on ${counted(selection.cores.length, 'core')} only unevenly`,
    );
  }
  if (attempt.mixed)
    relaxed.push(
      'performance and efficiency cores are mixed: neither kind alone has enough whole free cores',
    );
  if (selection.cores.every((core) => core.kind === 'efficiency')) {
    reasons.push('these are efficiency cores: there are not enough performance cores free');
  }
  if (machine.cores.some((core) => core.isolated)) {
    const isolated = selection.cores.length - selection.shared;
    reasons.push(
      `${isolated} of ${counted(selection.cores.length, 'core')} are isolated from the kernel's scheduler, which go first`,
    );
  }
  return {
    vcpus: cpus.map((cpu, vcpu) => pinned(vcpu, cpu, machine)),
    reserveKept: attempt.reserveKept,
    relaxed,
    reasons,
  };
}

function placeInWords(
  { cores, nodes, l3Domains }: Selection,
  count: number,
  threads: number,
  { perCore }: Demand,
): string {
  const where = nodes.length === 1 && nodes[0] !== null ? ` in ${nodesInWords(nodes)}` : '';
  const domain = l3Domains === 1 ? ' with one L3 cache' : '';
  const how =
    perCore === 1 && threads > 1
      ? `, one a vCPU, since ${count} is no multiple of the ${threads} CPUs of a core`
      : threads > 1
        ? ', siblings next to each other'
        : '';
  return `${counted(cores.length, 'whole free core')}${where}${domain}${how}`;
}

/** Says that the first core does not stay the host's. */
export function firstCoreInWords(reserve: Reserve, why: string): string {
  return `the first core (${cpusInWords(reserve.cpus)}) does not stay the host's: ${why}`;
}

function float(count: number, machine: Machine, reserve: Reserve): AutoPlacement {
  const kept = new Set(reserve.explicit ? reserve.cpus : []);
  const free = floatingCpus(machine, kept);
  const cpus = free.length > 0 ? free : machine.allowed;
  const relaxed =
    cpus.length === 0
      ? ['the vCPUs float wherever the kernel puts them: the CPUs of this host are unknown']
      : [
          `the vCPUs float over ${cpusInWords(cpus)}: ${counted(count, 'vCPU')} ${count === 1 ? 'does' : 'do'} not fit on the whole cores that are free`,
        ];
  const taken = cpus.filter((cpu) => reserve.cpus.includes(cpu));
  if (taken.length > 0) {
    relaxed.push(
      reserve.explicit
        ? `${cpusInWords(taken)} do not stay the host's: no other CPU is free`
        : firstCoreInWords(reserve, 'the vCPUs float over it too'),
    );
  }
  const held = holdersInWords(cpus, machine.holderOf);
  if (held.length > 0) relaxed.push(`the vCPUs share CPUs with other VMs: ${held.join(', ')}`);
  return {
    vcpus: Array.from({ length: count }, (_, vcpu) => floating(vcpu, cpus, machine)),
    reserveKept: taken.length === 0,
    relaxed,
    reasons: ['no CPU each: there are not enough whole free cores'],
  };
}
