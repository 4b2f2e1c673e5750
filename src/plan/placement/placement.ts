/** Which host CPU every thread of a VM gets, and the topology that its guest sees. Pure and deterministic. */
import type { VmSpec } from '../../spec/schema.js';
import type { Claim, FileFacts, HostFacts } from '../facts.js';
import type { Decision, Finding } from '../findings.js';
import type { CpuTopology, PlacementPlan, VcpuPlacement } from '../plan.js';
import { placeAutomatically } from './auto.js';
import { checkCpus } from './checks.js';
import { decide } from './decisions.js';
import { placeList, placeMap, warnOfCosts } from './explicit.js';
import { chooseHousekeeping } from './housekeeping.js';
import { localityOf } from './locality.js';
import { describeMachine, type Machine } from './machine.js';
import { chooseReserve, type Reserve } from './reserve.js';
import { memoryRoom } from './room.js';
import { guestNodesOf, placeGuestNodes } from './rows.js';
import { isRealTime, planScheduler, threadsOfOthers } from './scheduler.js';
import { checkSiblings } from './siblings.js';
import { missingForStrict, sharedWithEmulator } from './strict.js';
import { type Helpers, namedForOthers, placeHelpers, placeOthers, sharingInWords } from './threads.js';
import { foldThreads, mirrorTopology } from './topology.js';
import { floating, pinnedCpus } from './vcpus.js';
import { cpusInWords, firstCoreInWords, holdersInWords } from './words.js';

interface PlacementInput {
  readonly spec: VmSpec;
  readonly host: HostFacts;
  /** Of the other live VMs. */
  readonly claims: readonly Claim[];
  /** By path, those that the spec names; a disk's tells which node it is on. */
  readonly files?: ReadonlyMap<string, FileFacts>;
  /** Whether the guest's CPU model can show siblings. Default true; QEMU's target/i386/cpu.c warns of those of AMD's that can't. */
  readonly smtVisible?: boolean;
}

export interface PlacementResult {
  readonly placement: PlacementPlan;
  readonly topology: CpuTopology;
  readonly findings: readonly Finding[];
  readonly decisions: readonly Decision[];
}

/** What one way of placing vCPUs comes to. */
interface Vcpus {
  readonly vcpus: readonly VcpuPlacement[];
  readonly reserveKept: boolean;
  readonly relaxed: readonly string[];
  readonly reasons: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Places the threads of a VM on this host. It never throws: what the host lacks is among the findings, and what `auto` had to give up
 * is in `placement.relaxed`.
 */
export function planPlacement(input: PlacementInput): PlacementResult {
  const { spec, host, claims, smtVisible = true } = input;
  const { placement: wanted, cpu } = spec;
  const machine = describeMachine(host, claims);
  const reserve = chooseReserve(wanted, machine);
  const vcpusPlaced = placeVcpus(input, machine, reserve);
  const kept = vcpusPlaced.reserveKept ? reserve.cpus : [];
  const own = chooseHousekeeping(spec, vcpusPlaced.vcpus, kept, machine);
  const placed = { ...vcpusPlaced, relaxed: [...vcpusPlaced.relaxed, ...own.relaxed] };
  const housekeeping = [...kept, ...own.cpus].sort((a, b) => a - b);
  const helpers = chooseHelpers(wanted, placed.vcpus, { kept, own: own.cpus }, machine);
  const others = placeOthers(spec, helpers.cpus, machine);
  const scheduling = planScheduler(spec, placed.vcpus, others, claims);
  const mirrored = mirrorTopology(placed.vcpus, cpu.maxVcpus ?? cpu.vcpus, machine);
  const auto = smtVisible ? mirrored : foldThreads(mirrored);
  const topology = cpu.topology === 'auto' ? auto : cpu.topology;
  // Whatever else came onto the CPU of a real-time vCPU would never run.
  const isExclusive = wanted.exclusive || (scheduling.scheduler?.priority ?? null) !== null;
  const exclusiveCpus = isExclusive ? [...pinnedCpus(placed.vcpus), ...own.cpus].sort((a, b) => a - b) : [];
  const placement: PlacementPlan = {
    vcpus: placed.vcpus,
    emulator: others.emulator,
    ioThreads: others.ioThreads,
    vhost: others.vhost,
    housekeeping,
    exclusiveCpus,
    scheduler: scheduling.scheduler,
    relaxed: [
      ...placed.relaxed,
      ...scheduling.relaxed,
      ...(isAutomatic(wanted) && wanted.exclusive && exclusiveCpus.length === 0
        ? ['placement.exclusive is lost: vCPUs that float hold no CPU, so other VMs may be given the same']
        : []),
      ...sharingInWords(spec, helpers.shared),
    ],
    reasons: [...placed.reasons, `QEMU's own threads: ${helpers.reason}`],
  };
  const byHand = cpu.topology !== 'auto' || typeof wanted.vcpus === 'object' || Array.isArray(spec.numa);
  // Siblings that no topology could show are told in the decision, not warned of.
  const threads = cpu.topology === 'auto' ? mirrored.threads : topology.threads;
  return {
    placement,
    topology,
    findings: [
      ...placed.findings,
      ...(wanted.vcpus === 'strict' ? brokenPromises(spec, placed, helpers, machine, reserve) : []),
      ...(typeof wanted.reserve === 'object' ? checkCpus('placement.reserve', wanted.reserve, machine) : []),
      ...others.findings,
      ...scheduling.findings,
      ...(byHand ? checkSiblings(placed.vcpus, threads, spec, machine) : []),
    ],
    decisions: decide(spec, placement, topology, {
      helpers: helpers.reason,
      siblingsHidden: topology.threads < threads,
      realTimeLimit: host.realTimeLimit,
    }),
  };
}

function chooseHelpers(
  { vcpus: wanted }: VmSpec['placement'],
  vcpus: readonly VcpuPlacement[],
  { kept, own }: { readonly kept: readonly number[]; readonly own: readonly number[] },
  machine: Machine,
): Helpers {
  if (own.length > 0)
    return { cpus: own, reason: 'housekeeping cores of its own, as the spec says', shared: [] };
  if (wanted === 'none' && kept.length === 0)
    return { cpus: [], reason: 'the vCPUs float, so there is nothing to stay away from', shared: [] };
  return placeHelpers(vcpus, kept, machine);
}

const isAutomatic = ({ vcpus }: VmSpec['placement']): boolean => vcpus === 'auto' || vcpus === 'strict';

/** That `auto` finds no CPUs for QEMU's own threads counts once the vCPUs have theirs. */
function brokenPromises(
  spec: VmSpec,
  placed: Vcpus,
  { shared }: Helpers,
  machine: Machine,
  reserve: Reserve,
): Finding[] {
  if (placed.relaxed.length > 0) return [missingForStrict(spec.cpu.vcpus, placed.relaxed, machine, reserve)];
  return spec.placement.emulator === 'auto' ? sharingInWords(spec, shared).map(sharedWithEmulator) : [];
}

function placeVcpus(
  { spec, host, claims, files = new Map() }: PlacementInput,
  machine: Machine,
  reserve: Reserve,
): Vcpus {
  const { cpu, placement } = spec;
  const { vcpus: count, maxVcpus = count } = cpu;
  const wanted = placement.vcpus;
  if (wanted === 'none') {
    const vcpus = Array.from({ length: count }, (_, vcpu) => floating(vcpu, [], machine));
    return {
      vcpus,
      reserveKept: true,
      relaxed: [],
      reasons: ['the spec wants no placement of the vCPUs'],
      findings: [],
    };
  }
  if (wanted === 'auto' || wanted === 'strict') {
    const guest = {
      vcpus: count,
      maxVcpus,
      threads: cpu.topology === 'auto' ? null : cpu.topology.threads,
      avoid: [...namedForOthers(spec), ...(isRealTime(placement) ? threadsOfOthers(claims) : [])],
      locality: localityOf(spec, host, files, machine),
      room: memoryRoom(spec, host),
    };
    const nodes = guestNodesOf(spec, host);
    const place = (kept: Reserve) =>
      nodes.length === 0
        ? placeAutomatically(guest, machine, kept)
        : placeGuestNodes(nodes, guest, { spec, host, files, machine, reserve: kept });
    const held = reserve.explicit ? [] : holdersInWords(reserve.cpus, machine.holderOf);
    if (held.length === 0) return { ...place(reserve), findings: [] };
    const placed = place({ cpus: [], explicit: false });
    return {
      ...placed,
      reserveKept: false,
      relaxed: [firstCoreInWords(reserve.cpus, held.join(', ')), ...placed.relaxed],
      findings: [],
    };
  }
  const vcpus = Array.isArray(wanted) ? placeList(count, wanted, machine) : placeMap(count, wanted, machine);
  const used = [...new Set(vcpus.flatMap(({ cpus }) => cpus))];
  // That a CPU is not both reserved by name and placed on is the spec's matter.
  const firstCore = reserve.explicit ? [] : reserve.cpus;
  const taken = used.filter((one) => firstCore.includes(one));
  return {
    vcpus,
    reserveKept: taken.length === 0 && !firstCore.some((one) => machine.holderOf.has(one)),
    relaxed: [],
    reasons: ['the vCPUs are placed as the spec says'],
    findings: [
      ...checkCpus('placement.vcpus', used, machine),
      ...warnOfCosts(vcpus, machine),
      ...warnOfFirstCore(taken, machine.allowed.length - firstCore.length >= used.length),
    ],
  };
}

/** The first core is reserved by default only where enough others are there. */
function warnOfFirstCore(taken: readonly number[], isAvoidable: boolean): Finding[] {
  if (taken.length === 0 || !isAvoidable) return [];
  return [
    {
      severity: 'warning',
      code: 'host.placement',
      key: 'placement.vcpus',
      message: `${cpusInWords(taken)} ${taken.length === 1 ? 'is' : 'are'} on the first core, which is better left to the host, and a vCPU is placed there`,
    },
  ];
}
