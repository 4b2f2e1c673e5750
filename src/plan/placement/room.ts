/** Which nodes have memory for the VM. Pure. */
import type { VmSpec } from '../../spec/schema.js';
import { formatRoughBytes } from '../../units.js';
import type { HostFacts } from '../facts.js';
import { pageBytes } from '../memory-backend.js';
import { availableOn } from '../node-memory.js';
import type { VcpuPlacement } from '../plan.js';

/** Memory goes with the vCPUs: each brings its part of the guest's. */
export interface Room {
  /** How many vCPUs a node has memory for; unlimited where that is unknown. */
  readonly vcpusOn: (node: number | null) => number;
  /** What is missing where, for vCPUs that are placed. */
  readonly shortages: (vcpus: readonly Pick<VcpuPlacement, 'node'>[]) => string[];
}

/** @returns null where memory is no criterion: there is one node, the spec says the nodes, or all together have too little. */
export function memoryRoom(
  { cpu, memory, numa }: Pick<VmSpec, 'cpu' | 'memory' | 'numa'>,
  host: HostFacts,
): Room | null {
  const isSaid = memory.hostNodes !== undefined || Array.isArray(numa);
  if (host.nodes.length < 2 || isSaid) return null;
  const page = pageBytes(memory.hugepages, host);
  const availableBytes = (node: number | null) => availableOn(host, node, page);
  const vcpusOn = (node: number | null) => {
    const available = availableBytes(node);
    return available === null ? Number.POSITIVE_INFINITY : Math.floor((available * cpu.vcpus) / memory.size);
  };
  const all = host.nodes.reduce((sum, { node }) => sum + Math.min(vcpusOn(node), cpu.vcpus), 0);
  if (all < cpu.vcpus) return null;
  return {
    vcpusOn,
    shortages: (vcpus) =>
      [...new Set(vcpus.map(({ node }) => node))].flatMap((node) => {
        const count = vcpus.filter((vcpu) => vcpu.node === node).length;
        if (count <= vcpusOn(node)) return [];
        const needed = (memory.size * count) / cpu.vcpus;
        const what = page === null ? 'memory' : `huge pages of ${formatRoughBytes(page)}`;
        return `node ${node} has ${formatRoughBytes(availableBytes(node) ?? 0)} of ${what} available and not ${formatRoughBytes(needed)}`;
      }),
  };
}
