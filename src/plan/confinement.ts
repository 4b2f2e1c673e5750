/** `policy: restrictive`: the kernel gives QEMU pages of some nodes and no others, and no piece of memory is bound. Pure. Kernel: Documentation/admin-guide/cgroup-v2.rst, cpuset.mems. */
import type { VmSpec } from '../spec/schema.js';
import { formatCpuList } from '../units.js';
import type { PlanNotes } from './findings.js';
import type { PlacementPlan } from './plan.js';

/** Memory that the spec says the nodes or the policy of. */
interface Piece {
  readonly key: string;
  readonly policy: VmSpec['memory']['policy'];
  /** Undefined: those of the vCPUs. */
  readonly hostNodes?: readonly number[] | undefined;
}

function piecesOf({ memory, numa }: VmSpec): Piece[] {
  const rows = Array.isArray(numa)
    ? numa.map((row, node) => ({ key: `numa[${node}]`, ...row }))
    : [{ key: 'memory', ...memory }];
  return [
    ...rows,
    ...memory.modules.map((module, index) => ({ key: `memory.modules[${index}]`, ...module })),
  ];
}

/** Where the spec first asks for it. */
export function restrictiveKey(spec: VmSpec): string | undefined {
  const piece = piecesOf(spec).find(({ policy }) => policy === 'restrictive');
  return piece === undefined ? undefined : `${piece.key}.policy`;
}

/**
 * It is one set of nodes for the whole of QEMU: pieces that want different ones are a finding.
 * @returns the nodes, ascending; none where nothing is restrictive.
 */
export function planConfinement(
  spec: VmSpec,
  { vcpus }: PlacementPlan,
  { decide, find }: PlanNotes,
): number[] {
  const pieces = piecesOf(spec);
  const restrictive = pieces.filter(({ policy }) => policy === 'restrictive');
  const [first] = restrictive;
  if (first === undefined) return [];
  const ofVcpus = [...new Set(vcpus.flatMap(({ node }) => node ?? []))];
  const nodesOf = ({ hostNodes = ofVcpus }: Piece) => [...new Set(hostNodes)].sort((a, b) => a - b);
  const nodes = nodesOf(first);
  const refuse = (key: string, message: string, hint: string) =>
    find({ severity: 'missing', code: 'host.memory-policy', key: `${key}.policy`, message, hint });
  if (nodes.length === 0) {
    refuse(first.key, 'restrictive to which nodes is unknown: the vCPUs are on none', 'Say hostNodes too.');
    return [];
  }
  const others = pieces.filter((piece) => {
    if (piece.policy === 'restrictive') return formatCpuList(nodesOf(piece)) !== formatCpuList(nodes);
    return piece.hostNodes?.some((node) => !nodes.includes(node)) ?? false;
  });
  for (const piece of others) {
    refuse(
      piece.key,
      `it wants memory of node ${formatCpuList(nodesOf(piece))}, and ${first.key} restricts the whole of QEMU to node ${formatCpuList(nodes)}`,
      'Name the same nodes in both, or write bind, which is for each piece by itself.',
    );
  }
  decide({
    key: `${first.key}.policy`,
    value: `node ${formatCpuList(nodes)}`,
    reason: 'restrictive: the kernel gives QEMU no page of another node',
  });
  return nodes;
}
