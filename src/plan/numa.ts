/** The guest's NUMA nodes, and which nodes of the host are behind each. Pure. QEMU's docs: qemu-options, -numa. */
import type { VmSpec } from '../spec/schema.js';
import { formatBytes, formatCpuList } from '../units.js';
import type { HostFacts } from './facts.js';
import type { PlanNotes } from './findings.js';
import { planHmat } from './hmat.js';
import { hugetlbfsPath, maxPreallocThreads, pageBytes } from './memory-backend.js';
import { availableOn, givesMemory, noMemoryOf } from './node-memory.js';
import type { MemoryBackend, NumaNodePlan, PlacementPlan } from './plan.js';

export interface NumaInput extends PlanNotes {
  readonly spec: VmSpec;
  readonly host: HostFacts;
  readonly placement: PlacementPlan;
}

const MIB = 1024 ** 2;
/** A node to another that nothing is said of (ACPI's SLIT). */
const farAway = 20;
const itself = 10;

type Row = Extract<VmSpec['numa'], readonly unknown[]>[number];

/** @returns nothing for a guest that knows of no nodes. */
export function planNumaNodes(input: NumaInput, backend: MemoryBackend): NumaNodePlan[] {
  const { numa } = input.spec;
  if (numa === 'none') return [];
  return numa === 'auto' ? mirrorNodes(input, backend) : planRows(input, backend, numa);
}

function planRows(input: NumaInput, backend: MemoryBackend, rows: readonly Row[]): NumaNodePlan[] {
  const hmat = planHmat(rows);
  return rows.map((row, node) => ({ ...planRow(input, backend, row, node), hmat: hmat[node] ?? null }));
}

/** A policy in QEMU's words; `restrictive` binds nothing, and is the kernel's (confinement.ts). */
export function bound(
  hostNodes: readonly number[] | undefined,
  policy: Row['policy'],
): Pick<MemoryBackend, 'hostNodes' | 'policy'> {
  if (hostNodes === undefined || policy === 'restrictive') return { hostNodes: [], policy: 'default' };
  return { hostNodes: [...hostNodes].sort((a, b) => a - b), policy };
}

function planRow(
  input: NumaInput,
  backend: MemoryBackend,
  row: Row,
  node: number,
): Omit<NumaNodePlan, 'hmat'> {
  const { host, spec } = input;
  const rows = spec.numa as readonly Row[];
  reportHostNodes(input, row.hostNodes, `numa[${node}].hostNodes`);
  const hugepageBytes = row.hugepages === undefined ? backend.hugepageBytes : pageBytes(row.hugepages, host);
  const shared = row.access === undefined ? backend.shared : row.access === 'shared';
  const { backing, allocation } = spec.memory;
  const filed = backing === 'file' && (spec.memory.path !== undefined || hugepageBytes !== null);
  const inFile = filed ? 'file' : hugepageBytes !== null || shared ? 'memfd' : 'anonymous';
  const kind = backing === 'auto' || backing === 'file' ? inFile : backing;
  const memory: MemoryBackend | null =
    row.memory === undefined
      ? null
      : {
          ...backend,
          bytes: row.memory,
          backing: kind,
          path: kind === 'file' ? (spec.memory.path ?? hugetlbfsPath(input, hugepageBytes)) : null,
          hugepageBytes,
          shared,
          preallocate: backend.preallocate || (allocation === 'auto' && hugepageBytes !== null),
          preallocThreads: threadsFor(input, row.cpus?.length ?? 1),
          discard: kind === 'file' && (row.discard ?? backend.discard),
          ...bindRow(input, row, hugepageBytes),
        };
  return { node, cpus: row.cpus ?? [], memory, distances: distancesOf(rows, node) };
}

/** Where the spec names no host nodes, that of its vCPUs, if they are on one. */
function bindRow(
  input: NumaInput,
  { hostNodes, policy, cpus = [], memory = 0 }: Row,
  pageSize: number | null,
): Pick<MemoryBackend, 'hostNodes' | 'policy'> {
  const own = new Set(input.placement.vcpus.flatMap(({ vcpu, node }) => (cpus.includes(vcpu) ? [node] : [])));
  const [node] = own;
  const isOne = own.size === 1 && node !== undefined && node !== null && input.host.nodes.length > 1;
  if (hostNodes !== undefined || !isOne || policy !== 'bind') return bound(hostNodes, policy);
  return bindIfRoom(input, node, memory, pageSize);
}

/** All of them, if any row says one: QEMU takes all or none. What one side says holds for the other too. */
function distancesOf(rows: readonly Row[], node: number): number[] {
  if (rows.every(({ distances }) => Object.keys(distances).length === 0)) return [];
  return rows.map((_, other) => {
    if (other === node) return itself;
    return rows[node]?.distances[String(other)] ?? rows[other]?.distances[String(node)] ?? farAway;
  });
}

/** A guest node for each host node that vCPUs are pinned to, where there are several; memory in proportion to vCPUs. */
function mirrorNodes(input: NumaInput, backend: MemoryBackend): NumaNodePlan[] {
  const { spec, host, placement, decide } = input;
  const hostNodes = [...new Set(placement.vcpus.map(({ node }) => node))];
  const unit = backend.hugepageBytes ?? 2 * MIB;
  const units = Math.floor(backend.bytes / unit);
  if (spec.memory.hostNodes !== undefined || hostNodes.length < 2 || units < hostNodes.length) return [];
  if (hostNodes.some((node) => node === null)) return [];
  const known = hostNodes.filter((node) => node !== null);
  const most = spec.cpu.maxVcpus ?? spec.cpu.vcpus;
  const later = Array.from({ length: most - spec.cpu.vcpus }, (_, index) => spec.cpu.vcpus + index);
  const cpus = known.map((node, index) => [
    ...placement.vcpus.filter((vcpu) => vcpu.node === node).map(({ vcpu }) => vcpu),
    ...(index === known.length - 1 ? later : []),
  ]);
  const counts = known.map((node) => placement.vcpus.filter((vcpu) => vcpu.node === node).length);
  const shares = inProportion(units, counts).map((share) => share * unit);
  // What is no whole unit goes with the first.
  const rest = backend.bytes - units * unit;
  decide({
    key: 'numa',
    value: known.map((node, index) => `vCPUs ${formatCpuList(cpus[index] ?? [])} on node ${node}`).join('; '),
    reason: 'the vCPUs are on several host nodes: the guest sees as many, each with the memory of its own',
  });
  return known.map((hostNode, node) => {
    const bytes = (shares[node] ?? 0) + (node === 0 ? rest : 0);
    return {
      node,
      hmat: null,
      cpus: cpus[node] ?? [],
      memory: {
        ...backend,
        bytes,
        preallocThreads: threadsFor(input, cpus[node]?.length ?? 1),
        ...(spec.memory.policy === 'restrictive'
          ? bound(undefined, 'restrictive')
          : bindIfRoom(input, hostNode, bytes, backend.hugepageBytes)),
      },
      distances: known.map((other) => hostDistance(host, hostNode, other)),
    };
  });
}

/** Shares out units by weight, none to nobody: QEMU takes no memory of no bytes. */
function inProportion(units: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = weights.map((weight) => (units * weight) / total);
  const shares = exact.map((share) => Math.max(1, Math.floor(share)));
  const owed = (index: number) => (exact[index] ?? 0) - (shares[index] ?? 0);
  const byDebt = () => [...shares.keys()].sort((a, b) => owed(b) - owed(a) || a - b);
  for (
    let left = units - shares.reduce((sum, share) => sum + share, 0);
    left !== 0;
    left -= Math.sign(left)
  ) {
    const index =
      (left > 0
        ? byDebt()
        : byDebt()
            .filter((one) => (shares[one] ?? 0) > 1)
            .reverse())[0] ?? 0;
    shares[index] = (shares[index] ?? 0) + Math.sign(left);
  }
  return shares;
}

/** A node that is too small for its share would kill the guest later: then its memory is preferred, not demanded. */
function bindIfRoom(
  { host, decide }: NumaInput,
  hostNode: number,
  bytes: number,
  pageSize: number | null,
): Pick<MemoryBackend, 'hostNodes' | 'policy'> {
  if (!givesMemory(host, hostNode)) {
    decide({
      key: 'numa',
      value: 'any node',
      reason: `${noMemoryOf(hostNode)}: the kernel takes the nearest`,
    });
    return { hostNodes: [], policy: 'default' };
  }
  const free = availableOn(host, hostNode, pageSize);
  if (free === null || free >= bytes) return { hostNodes: [hostNode], policy: 'bind' };
  decide({
    key: 'numa',
    value: `node ${hostNode} preferred`,
    reason: `it has ${formatBytes(free)} free for ${formatBytes(bytes)}: the rest comes from other nodes`,
  });
  return { hostNodes: [hostNode], policy: 'preferred' };
}

function hostDistance({ nodes }: HostFacts, from: number, to: number): number {
  if (from === to) return itself;
  const index = nodes.findIndex(({ node }) => node === to);
  return nodes.find(({ node }) => node === from)?.distances[index] ?? farAway;
}

function threadsFor({ spec }: NumaInput, cpus: number): number {
  return spec.memory.allocationThreads ?? Math.min(Math.max(1, cpus), maxPreallocThreads);
}

export function reportHostNodes(
  { host, find }: Pick<NumaInput, 'host' | 'find'>,
  hostNodes: readonly number[] | undefined,
  key: string,
): void {
  if (host.nodes.length === 0) return;
  const report = (nodes: readonly number[], message: string, hint: string) => {
    if (nodes.length > 0) find({ severity: 'missing', code: 'host.node', key, message, hint });
  };
  const known = host.nodes.map(({ node }) => node);
  const missing = (hostNodes ?? []).filter((wanted) => !known.includes(wanted));
  report(
    missing,
    `there is no node ${formatCpuList(missing)} on this host`,
    `It has ${formatCpuList(known)}.`,
  );
  const empty = (hostNodes ?? []).filter((node) => known.includes(node) && !givesMemory(host, node));
  report(
    empty,
    `no memory may come from node ${formatCpuList(empty)}: it has none, or the cpuset of this process leaves it out`,
    `It may come from ${formatCpuList(known.filter((node) => givesMemory(host, node)))}.`,
  );
}
