/** `vcpus: auto` for a guest whose nodes the spec lists: each of them by itself, on a host node of its own where there are enough. Pure. */
import type { VmSpec } from '../../spec/schema.js';
import type { FileFacts, HostFacts } from '../facts.js';
import type { VcpuPlacement } from '../plan.js';
import type { Guest } from './attempts.js';
import { type AutoPlacement, placeAutomatically } from './auto.js';
import { type Anchor, type Locality, localityOf, nearTo } from './locality.js';
import type { Machine } from './machine.js';
import type { Reserve } from './reserve.js';
import { memoryRoom } from './room.js';

/** A node of the guest that has vCPUs. */
interface GuestNode {
  /** `numa[1]` */
  readonly key: string;
  /** Ascending, without those that may be plugged later. */
  readonly vcpus: readonly number[];
  readonly hostNodes: readonly number[] | undefined;
  readonly memory: Pick<VmSpec['memory'], 'size' | 'hugepages'> | undefined;
}

/** @returns none where the guest is placed as a whole: it has one node with vCPUs, or the host has. */
export function guestNodesOf({ numa, cpu, memory }: VmSpec, host: HostFacts): GuestNode[] {
  if (!Array.isArray(numa) || host.nodes.filter(({ cpus }) => cpus.length > 0).length < 2) return [];
  const nodes = numa.flatMap((row, index): GuestNode[] => {
    const vcpus = (row.cpus ?? []).filter((vcpu) => vcpu < cpu.vcpus).sort((a, b) => a - b);
    const hugepages = row.hugepages ?? memory.hugepages;
    const own = row.memory === undefined ? undefined : { size: row.memory, hugepages };
    return vcpus.length === 0
      ? []
      : [{ key: `numa[${index}]`, vcpus, hostNodes: row.hostNodes, memory: own }];
  });
  return nodes.length > 1 ? nodes : [];
}

export interface RowsInput {
  readonly spec: VmSpec;
  readonly host: HostFacts;
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly machine: Machine;
  readonly reserve: Reserve;
}

/** Those with host nodes of the spec's choice choose first. */
export function placeGuestNodes(nodes: readonly GuestNode[], guest: Guest, input: RowsInput): AutoPlacement {
  const order = [...nodes].sort((a, b) => Number(!a.hostNodes) - Number(!b.hostNodes));
  const threads = threadsFor(nodes, guest, input.machine);
  const placed = new Map<GuestNode, AutoPlacement>();
  for (const node of order) {
    const taken = [...placed.values()].flatMap(({ vcpus }) => vcpus);
    const machine = without(input.machine, taken, input.spec.name);
    const locality = localityFor(node, taken, input);
    const own = { ...guest, threads, vcpus: node.vcpus.length, locality, room: roomFor(node, input) };
    const found = placeAutomatically(own, machine, input.reserve);
    placed.set(node, {
      ...found,
      relaxed: [...found.relaxed, ...sharedNode(found, taken, nodes, node, input)],
    });
  }
  const said = (what: 'relaxed' | 'reasons') =>
    nodes.flatMap((node) => (placed.get(node)?.[what] ?? []).map((sentence) => `${node.key}: ${sentence}`));
  const vcpus = nodes.flatMap((node) =>
    (placed.get(node)?.vcpus ?? []).map((one, index) => ({ ...one, vcpu: node.vcpus[index] ?? one.vcpu })),
  );
  return {
    vcpus: vcpus.sort((a, b) => a.vcpu - b.vcpu),
    reserveKept: [...placed.values()].every(({ reserveKept }) => reserveKept),
    relaxed: said('relaxed'),
    reasons: [said('reasons').join('; ')],
  };
}

/** Siblings are shown to all nodes or to none: QEMU has one number of threads for all cores. */
function threadsFor(nodes: readonly GuestNode[], guest: Guest, machine: Machine): number | null {
  if (guest.threads !== null) return guest.threads;
  const most = Math.max(1, ...machine.cores.map((core) => core.cpus.length));
  const isAligned = ({ vcpus }: GuestNode) =>
    vcpus.length % most === 0 &&
    vcpus.every((vcpu, at) => (at % most === 0 ? vcpu % most === 0 : vcpu === (vcpus[at - 1] ?? 0) + 1));
  return nodes.every(isAligned) ? null : 1;
}

/** CPUs of other nodes of the guest are held, as another VM's are. */
function without(machine: Machine, taken: readonly VcpuPlacement[], name: string): Machine {
  const own = taken.flatMap(({ cpu }) => (cpu === null ? [] : [[cpu, name] as const]));
  return { ...machine, holderOf: new Map([...machine.holderOf, ...own]) };
}

/** More than the kernel's largest distance (255). */
const shared = 1000;

/** Where the spec says; else near to the VM's devices, and away from the host nodes that others of the guest's have. */
function localityFor(
  { key, hostNodes }: GuestNode,
  taken: readonly VcpuPlacement[],
  { spec, host, files, machine }: RowsInput,
): Locality {
  if (hostNodes !== undefined) {
    return nearTo(
      hostNodes.map((node): Anchor => ({ key: `${key}.hostNodes`, node })),
      machine,
    );
  }
  const near = localityOf({ ...spec, numa: 'auto' }, host, files, machine);
  if (taken.length === 0) return near;
  const used = new Set(taken.map(({ node }) => node));
  const away = (node: number | null) => near.away(node) + (used.has(node) ? shared : 0);
  const least = Math.min(...machine.cores.map(({ node }) => away(node)));
  return { anchors: [], away: (node) => away(node) - least };
}

function roomFor({ vcpus, hostNodes, memory }: GuestNode, { spec, host }: RowsInput): Guest['room'] {
  if (hostNodes !== undefined || memory === undefined) return null;
  const cpu = { ...spec.cpu, vcpus: vcpus.length };
  return memoryRoom({ cpu, memory: { ...spec.memory, ...memory }, numa: 'auto' }, host);
}

function sharedNode(
  { vcpus }: AutoPlacement,
  taken: readonly VcpuPlacement[],
  nodes: readonly GuestNode[],
  { hostNodes }: GuestNode,
  { host }: RowsInput,
): string[] {
  const isShared = vcpus.some(({ node }) => node !== null && taken.some((other) => other.node === node));
  const isAvoidable = nodes.length <= host.nodes.filter(({ cpus }) => cpus.length > 0).length;
  return isShared && isAvoidable && hostNodes === undefined
    ? ['it shares a host node with another node of the guest: no other has room for it']
    : [];
}
