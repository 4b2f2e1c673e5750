/** What this machine is, and who is where on it. */
import { readHostFacts } from '../host/facts.js';
import type { CpuFacts, NodeFacts } from '../plan/facts.js';
import { type HostMap, mapHost } from '../plan/host-map.js';
import { livingRecords } from './claims.js';
import { vmRoots } from './roots.js';

export interface HostTopology {
  readonly cpus: readonly Pick<
    CpuFacts,
    'cpu' | 'online' | 'node' | 'socket' | 'die' | 'core' | 'siblings' | 'l2' | 'l3' | 'maxMhz' | 'kind'
  >[];
  readonly nodes: readonly Omit<NodeFacts, 'availableBytes'>[];
  /** The same as a picture shows it, with the live VMs. */
  readonly map: HostMap;
}

/**
 * Reads the CPUs and nodes of a machine, and which live VMs are where.
 * @param sysroot the folder of a captured machine, on which no VM of this one is. Default: this machine.
 * @throws VmError `usage.sysroot` if the path is no folder.
 */
export function hostTopology(sysroot?: string): HostTopology {
  const host = readHostFacts(sysroot);
  const vms = host.live ? livingRecords(vmRoots()) : [];
  return {
    cpus: host.cpus.map(({ cpu, online, node, socket, die, core, siblings, l2, l3, maxMhz, kind }) => {
      return { cpu, online, node, socket, die, core, siblings, l2, l3, maxMhz, kind };
    }),
    nodes: host.nodes.map(({ node, cpus, memoryBytes, hugepages, distances }) => {
      return { node, cpus, memoryBytes, hugepages, distances };
    }),
    map: mapHost(
      host,
      vms.map(({ name, plan: { placement } }) => ({ name, placement })),
    ),
  };
}
