/** The placement of a VM that runs: anew, or for vCPUs that it has got since. Its memory and the topology that its guest sees stay. Pure. */

import { checkPlacement } from '../spec/check-cpu.js';
import type { VmSpec } from '../spec/schema.js';
import type { Claim, FileFacts, HostFacts } from './facts.js';
import type { Finding } from './findings.js';
import { type Holds, planHolds } from './holds.js';
import type { PlanInput } from './input.js';
import { planPlacement } from './placement/placement.js';
import { pinnedCpus } from './placement/vcpus.js';
import { nodesInWords } from './placement/words.js';
import type { PlacementPlan, VcpuPlacement, VmPlan } from './plan.js';
import { siblingsVisible } from './plan-vm.js';

export interface ReplanInput extends Pick<PlanInput, 'resctrl' | 'cgroups' | 'interrupts'> {
  /** That it was started from. */
  readonly spec: VmSpec;
  /** That it runs by. */
  readonly plan: Holds & Pick<VmPlan, 'name' | 'accelerator' | 'cpu' | 'memory' | 'placement'>;
  readonly host: HostFacts;
  readonly files: ReadonlyMap<string, FileFacts>;
  /** Of the other live VMs. */
  readonly claims: readonly Claim[];
  /** Numbers of the vCPUs that it has now, ascending; hot-plug can leave gaps. */
  readonly present: readonly number[];
}

export interface Replanned extends Holds {
  readonly placement: PlacementPlan;
  /** What stands against it is `missing`. */
  readonly findings: readonly Finding[];
}

/** Places all threads as the spec says, but for `placement.vcpus`. */
export function placeAnew(input: ReplanInput, vcpus: VmSpec['placement']['vcpus']): Replanned {
  const wanted = runningSpec(input, input.present, vcpus);
  const issues = checkPlacement(wanted).map(
    ({ key, message }): Finding => ({
      severity: 'missing',
      code: 'usage.vcpus',
      key,
      message,
      hint: 'A list has one CPU for each vCPU that is there now, and none of placement.reserve.',
    }),
  );
  const { placement, findings } = planPlacement({
    ...input,
    spec: wanted,
    smtVisible: siblingsVisible(wanted, input.plan.accelerator),
  });
  const renumbered = { ...placement, vcpus: numbered(placement.vcpus, input.present) };
  const moved = moveHolds(input, renumbered);
  return {
    placement: renumbered,
    ...moved.holds,
    findings: [...issues, ...findings, ...remoteMemory(input.plan, renumbered), ...moved.findings],
  };
}

/** Keeps every thread where it is planned, and finds places for vCPUs that the plan does not know. Those that are gone give theirs back. */
export function placeNewVcpus(input: ReplanInput): Replanned {
  const { spec, plan, present } = input;
  const { placement } = plan;
  const kept = placement.vcpus.filter(({ vcpu }) => vcpu < plan.cpu.vcpus || present.includes(vcpu));
  const heldCpus = placement.exclusiveCpus.filter((cpu) => pinnedCpus(kept).includes(cpu));
  const fresh = present.filter((index) => kept.every(({ vcpu }) => vcpu !== index));
  if (fresh.length === 0) {
    const shrunk = { ...placement, vcpus: kept, exclusiveCpus: heldCpus };
    const { holds, findings } = moveHolds(input, shrunk);
    return { placement: shrunk, ...holds, findings };
  }
  const isRealTime = (placement.scheduler?.priority ?? null) !== null;
  const automatic = isRealTime ? 'strict' : 'auto';
  const wanted = runningSpec(input, fresh, spec.placement.vcpus === 'none' ? 'none' : automatic);
  const ours: Claim = {
    vm: plan.name,
    exclusiveCpus: pinnedCpus(kept),
    threadCpus: [...placement.emulator, ...placement.ioThreads.flat()],
  };
  const added = planPlacement({
    ...input,
    spec: wanted,
    claims: [...input.claims, ours],
    smtVisible: siblingsVisible(wanted, plan.accelerator),
  });
  const vcpus = [...kept, ...numbered(added.placement.vcpus, fresh)].sort((a, b) => a.vcpu - b.vcpu);
  const grown: PlacementPlan = {
    ...placement,
    vcpus,
    exclusiveCpus: [...new Set([...heldCpus, ...added.placement.exclusiveCpus])].sort((a, b) => a - b),
    relaxed: [...new Set([...placement.relaxed, ...added.placement.relaxed])],
  };
  const { holds, findings } = moveHolds(input, grown);
  return { placement: grown, ...holds, findings: [...added.findings, ...findings] };
}

/** What it holds for its CPUs goes with them. */
function moveHolds(
  input: ReplanInput,
  placement: PlacementPlan,
): { readonly holds: Holds; readonly findings: readonly Finding[] } {
  const { spec, plan, present } = input;
  const findings: Finding[] = [];
  // A share that is for no vCPUs by name is for all.
  const cache = spec.placement.cache.map((share) => ({ ...share, vcpus: share.vcpus ?? [...present] }));
  const now = { ...spec, placement: { ...spec.placement, cache } };
  const notes = { decide: () => undefined, find: (finding: Finding) => void findings.push(finding) };
  return { holds: planHolds({ ...input, spec: now }, plan, placement, notes), findings };
}

function numbered(vcpus: readonly VcpuPlacement[], numbers: readonly number[]): VcpuPlacement[] {
  return vcpus.map((placed, index) => ({ ...placed, vcpu: numbers[index] ?? placed.vcpu }));
}

/** What is fixed while it runs: the nodes of its memory, for which no room is needed any more, and its topology. */
function runningSpec(
  { spec, plan }: ReplanInput,
  vcpus: readonly number[],
  placed: VmSpec['placement']['vcpus'],
): VmSpec {
  // Where the guest can't be shown siblings, its topology says nothing of them.
  const shown = siblingsVisible(spec, plan.accelerator);
  return {
    ...spec,
    cpu: { ...spec.cpu, vcpus: vcpus.length, topology: shown ? plan.cpu.topology : 'auto' },
    memory: { ...spec.memory, hostNodes: memoryNodes(plan) },
    numa: guestNodes(plan, vcpus),
    placement: { ...spec.placement, vcpus: placed },
  };
}

/** As rows of a spec, so that each goes where its memory is. @param vcpus their numbers, in the order in which they are placed. */
function guestNodes({ memory }: Pick<VmPlan, 'memory'>, vcpus: readonly number[]): VmSpec['numa'] {
  if (memory.nodes.length === 0) return 'none';
  return memory.nodes.map(({ cpus, memory: own }) => ({
    cpus: vcpus.flatMap((vcpu, index) => (cpus.includes(vcpu) ? [index] : [])),
    ...(own === null || own.hostNodes.length === 0 ? {} : { hostNodes: [...own.hostNodes] }),
    policy: 'bind',
    distances: {},
    caches: [],
    paths: [],
  }));
}

function memoryNodes({ memory }: Pick<VmPlan, 'memory'>): number[] {
  const backends = memory.nodes.length > 0 ? memory.nodes.flatMap((node) => node.memory ?? []) : [memory];
  return [...new Set(backends.flatMap(({ hostNodes }) => hostNodes))].sort((a, b) => a - b);
}

/** Memory is not moved: vCPUs that leave its node reach it over the other. */
function remoteMemory({ memory }: Pick<VmPlan, 'memory'>, { vcpus }: PlacementPlan): Finding[] {
  const remote = vcpus.flatMap(({ vcpu, node }) => {
    const own = memory.nodes.find(({ cpus }) => cpus.includes(vcpu));
    const hostNodes = (own === undefined ? memory.hostNodes : own.memory?.hostNodes) ?? [];
    return node === null || hostNodes.length === 0 || hostNodes.includes(node) ? [] : [{ node, hostNodes }];
  });
  if (remote.length === 0) return [];
  const from = nodesInWords([...new Set(remote.flatMap(({ hostNodes }) => hostNodes))].sort((a, b) => a - b));
  const to = nodesInWords([...new Set(remote.map(({ node }) => node))].sort((a, b) => a - b));
  return [
    {
      severity: 'warning',
      code: 'host.placement',
      key: 'placement.vcpus',
      message: `memory is not moved: it stays in ${from}, and vCPUs run in ${to}`,
      hint: 'A restart puts both together.',
    },
  ];
}
