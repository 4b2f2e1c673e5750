/** Which host CPU every thread of a VM gets, and the topology that its guest sees. Pure and deterministic. */
import type { VmSpec } from '../../spec/schema.js';
import type { Claim, HostFacts } from '../facts.js';
import type { Decision, Finding } from '../findings.js';
import type { CpuTopology, PlacementPlan, VcpuPlacement } from '../plan.js';
import { firstCoreInWords, placeAutomatically } from './auto.js';
import { checkCpus } from './checks.js';
import { decide } from './decisions.js';
import { placeList, placeMap, warnOfCosts } from './explicit.js';
import { describeMachine, type Machine } from './machine.js';
import { chooseReserve, type Reserve } from './reserve.js';
import { missingForStrict } from './strict.js';
import { type Helpers, placeEmulator, placeHelpers, placeIoThreads } from './threads.js';
import { checkSiblings, mirrorTopology } from './topology.js';
import { floating, pinnedCpus } from './vcpus.js';
import { cpusInWords, holdersInWords } from './words.js';

interface PlacementInput {
  readonly spec: VmSpec;
  readonly host: HostFacts;
  /** Of the other live VMs. */
  readonly claims: readonly Claim[];
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
export function planPlacement({ spec, host, claims }: PlacementInput): PlacementResult {
  const { placement: wanted, cpu } = spec;
  const machine = describeMachine(host, claims);
  const reserve = chooseReserve(wanted, machine);
  const placed = placeVcpus(spec, machine, reserve);
  const housekeeping = placed.reserveKept ? reserve.cpus : [];
  const helpers: Helpers =
    wanted.vcpus === 'none' && housekeeping.length === 0
      ? { cpus: [], reason: 'the vCPUs float, so there is nothing to stay away from', relaxed: [] }
      : placeHelpers(placed.vcpus, housekeeping, machine);
  const { emulator, findings: emulatorFindings } = placeEmulator(wanted, helpers.cpus, machine);
  const { ioThreads, findings: ioThreadFindings } = placeIoThreads(spec, helpers.cpus, machine);
  const topology =
    cpu.topology === 'auto' ? mirrorTopology(placed.vcpus, cpu.maxVcpus ?? cpu.vcpus, machine) : cpu.topology;
  const byHand = cpu.topology !== 'auto' || typeof wanted.vcpus === 'object';
  const relaxed = [...placed.relaxed, ...helpers.relaxed];
  const placement: PlacementPlan = {
    vcpus: placed.vcpus,
    emulator,
    ioThreads,
    vhost: helpers.cpus,
    housekeeping,
    exclusiveCpus: wanted.exclusive ? pinnedCpus(placed.vcpus) : [],
    relaxed,
    reasons: [...placed.reasons, `QEMU's own threads: ${helpers.reason}`],
  };
  return {
    placement,
    topology,
    findings: [
      ...placed.findings,
      ...(wanted.vcpus === 'strict' && placed.relaxed.length > 0
        ? [missingForStrict(cpu.vcpus, placed.relaxed, machine, reserve)]
        : []),
      ...(typeof wanted.reserve === 'object' ? checkCpus('placement.reserve', wanted.reserve, machine) : []),
      ...emulatorFindings,
      ...ioThreadFindings,
      ...(byHand ? checkSiblings(placed.vcpus, topology.threads, machine) : []),
    ],
    decisions: decide(spec, placement, topology, helpers.reason),
  };
}

function placeVcpus({ cpu, placement }: VmSpec, machine: Machine, reserve: Reserve): Vcpus {
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
    const held = reserve.explicit ? [] : holdersInWords(reserve.cpus, machine.holderOf);
    if (held.length === 0) return { ...placeAutomatically(count, machine, reserve), findings: [] };
    const placed = placeAutomatically(count, machine, { cpus: [], explicit: false });
    return {
      ...placed,
      reserveKept: false,
      relaxed: [firstCoreInWords(reserve, held.join(', ')), ...placed.relaxed],
      findings: [],
    };
  }
  const { vcpus, findings } = Array.isArray(wanted)
    ? placeList(count, wanted, machine)
    : placeMap(count, maxVcpus, wanted, machine);
  const used = [...new Set(vcpus.flatMap(({ cpus }) => cpus))];
  const reserved = used.filter((one) => reserve.cpus.includes(one));
  const heldReserve = reserve.explicit ? [] : reserve.cpus.filter((one) => machine.holderOf.has(one));
  return {
    vcpus,
    reserveKept: reserve.explicit || (reserved.length === 0 && heldReserve.length === 0),
    relaxed: [],
    reasons: ['the vCPUs are placed as the spec says'],
    findings: [
      ...findings,
      ...checkCpus('placement.vcpus', used, machine),
      ...warnOfCosts(vcpus, machine),
      ...warnOfReserve(reserved, used.length, machine, reserve),
    ],
  };
}

/** A vCPU on a reserved CPU; the first core is reserved by default only where enough others are there. */
function warnOfReserve(
  reserved: readonly number[],
  used: number,
  machine: Machine,
  reserve: Reserve,
): Finding[] {
  if (reserved.length === 0 || (!reserve.explicit && machine.allowed.length - reserve.cpus.length < used))
    return [];
  const why = reserve.explicit
    ? 'reserved for the host'
    : 'on the first core, which is better left to the host';
  return [
    {
      severity: 'warning',
      code: 'host.placement',
      key: 'placement.vcpus',
      message: `${cpusInWords(reserved)} ${reserved.length === 1 ? 'is' : 'are'} ${why}, and a vCPU is placed there`,
    },
  ];
}
