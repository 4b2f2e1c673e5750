/** The guest's NUMA nodes. Pure. QEMU's docs: qemu-options, -numa. */
import type { MemoryPlan, NumaNodePlan } from '../plan/plan.js';
import { formatCpuList } from '../units.js';
import { backendOptions, memoryBackendId } from './memory.js';
import type { QemuOption } from './option.js';
import { keyValue } from './quote.js';

export function numaOptions({ nodes }: MemoryPlan): QemuOption[] {
  return [
    ...nodes.flatMap(nodeOptions),
    ...nodes.flatMap(distanceOptions),
    // QEMU wants the caches after what leads to them.
    ...nodes.flatMap(pathOptions),
    ...nodes.flatMap(cacheOptions),
  ];
}

const originOf = (node: number): string => `numa[${node}]`;

function nodeOptions({ node, cpus, memory, hmat }: NumaNodePlan): QemuOption[] {
  const memdev = `${memoryBackendId}${node}`;
  const origin = originOf(node);
  // The parser of -numa takes a key several times, which no other does.
  const ranges = cpus.length === 0 ? [] : formatCpuList(cpus).split(',');
  const parts = [
    keyValue('node', { nodeid: node }),
    ...ranges.map((range) => `cpus=${range}`),
    ...(hmat === null ? [] : [`initiator=${hmat.initiator}`]),
    ...(memory === null ? [] : [`memdev=${memdev}`]),
  ];
  return [
    ...(memory === null ? [] : backendOptions(memdev, memory, origin)),
    { group: 'memory', flag: '-numa', value: parts.join(','), origin, why: nodeReason(cpus, memory) },
  ];
}

function nodeReason(cpus: readonly number[], memory: NumaNodePlan['memory']): string {
  const has = cpus.length === 0 ? 'no vCPU' : `vCPUs ${formatCpuList(cpus)}`;
  const from =
    memory === null
      ? 'without memory'
      : memory.hostNodes.length === 0
        ? 'with memory from where there is some'
        : `with memory of host node ${formatCpuList(memory.hostNodes)} (${memory.policy})`;
  return `A node of the guest: ${has}, ${from}.`;
}

function distanceOptions({ node, distances }: NumaNodePlan): QemuOption[] {
  return distances.map((distance, other) => ({
    group: 'memory',
    flag: '-numa',
    value: keyValue('dist', { src: node, dst: other, val: distance }),
    origin: originOf(node),
    why: `How far node ${other} is from node ${node}: 10 is itself, more is slower.`,
  }));
}

function pathOptions({ node, hmat }: NumaNodePlan): QemuOption[] {
  return (hmat?.bandwidths ?? []).map((members) => ({
    group: 'memory',
    flag: '-numa',
    value: keyValue('hmat-lb', members),
    origin: `${originOf(node)}.paths`,
    why: `How fast memory is from the vCPUs of node ${node}: Linux puts data where it is fastest.`,
  }));
}

function cacheOptions({ node, hmat }: NumaNodePlan): QemuOption[] {
  return (hmat?.caches ?? []).map((members) => ({
    group: 'memory',
    flag: '-numa',
    value: keyValue('hmat-cache', members),
    origin: `${originOf(node)}.caches`,
    why: `A cache in front of the memory of node ${node}.`,
  }));
}
