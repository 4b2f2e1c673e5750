/** NUMA nodes: CPUs, memory, huge pages, distances (Documentation/ABI/stable/sysfs-devices-node). */
import type { NodeFacts } from '../plan/facts.js';
import { readHugepagePools } from './hugepages.js';
import { keyValues, kilobytes, readCpuSet, wholeNumber } from './parse.js';
import type { Root } from './root.js';

const nodesFolder = '/sys/devices/system/node';

/** Reads the nodes, ascending; nodes without CPUs (memory alone) are nodes too. Empty where the kernel has no NUMA. */
export function readNodes(root: Root): NodeFacts[] {
  return root
    .names(nodesFolder)
    .flatMap((name) => {
      const node = wholeNumber(/^node(\d+)$/.exec(name)?.[1]);
      return node === null ? [] : [node];
    })
    .sort((a, b) => a - b)
    .map((node) => readNode(root, node));
}

function readNode(root: Root, node: number): NodeFacts {
  const folder = `${nodesFolder}/node${node}`;
  const memory = keyValues(root.text(`${folder}/meminfo`));
  const distances = root.text(`${folder}/distance`)?.trim().split(/\s+/).map(wholeNumber) ?? [];
  return {
    node,
    cpus: readCpuSet(root, `${folder}/cpulist`, `${folder}/cpumap`) ?? [],
    memoryBytes: kilobytes(memory.get('MemTotal')),
    availableBytes: availableBytes(memory),
    hugepages: readHugepagePools(root, `${folder}/hugepages`),
    distances: distances.filter((distance) => distance !== null),
  };
}

/** The kernel tells what is available (MemAvailable) for the whole machine alone; a node has free memory, page cache and slabs that can go. */
function availableBytes(memory: ReadonlyMap<string, string>): number | null {
  const free = kilobytes(memory.get('MemFree'));
  if (free === null) return null;
  const reclaimable = ['Active(file)', 'Inactive(file)', 'SReclaimable'];
  return reclaimable.reduce((sum, key) => sum + (kilobytes(memory.get(key)) ?? 0), free);
}
