/** What each CPU of a host is there for, and which threads of VMs it is given to. Pure. */
import type { CpuFacts, HostFacts } from './facts.js';
import { type CpuUse, mapHost } from './host-map.js';
import type { PlacementPlan } from './plan.js';

export interface ThreadOnCpu {
  readonly vm: string;
  /** `vCPU 0`, `I/O thread 0`, `emulator`, `vhost`. */
  readonly thread: string;
  /** Whether it may run on others too. */
  readonly floats: boolean;
}

export interface CpuInUse extends Pick<CpuFacts, 'cpu' | 'node' | 'core' | 'isolated' | 'nohzFull'> {
  /** `host`: kept for the host by the VMs that run or, where none does, by `reserve: auto`; `outside`: our cpuset has it not. */
  readonly use: CpuUse | 'offline';
  readonly threads: readonly ThreadOnCpu[];
}

export interface VmOnCpus {
  readonly name: string;
  readonly placement: PlacementPlan;
}

/** @returns CPUs ascending. */
export function cpusInUse(host: HostFacts, vms: readonly VmOnCpus[]): CpuInUse[] {
  const cores = mapHost(host, vms).sockets.flatMap(({ nodes }) =>
    nodes.flatMap(({ caches }) => caches.flatMap((cache) => cache.cores)),
  );
  const uses = new Map(cores.flatMap(({ cpus }) => cpus.map(({ cpu, use }) => [cpu, use] as const)));
  const threads = vms.flatMap(threadsOf);
  return host.cpus
    .toSorted((a, b) => a.cpu - b.cpu)
    .map(({ cpu, node, core, online, isolated, nohzFull }) => ({
      cpu,
      node,
      core,
      use: online ? (uses.get(cpu) ?? 'outside') : 'offline',
      isolated,
      nohzFull,
      threads: threads.flatMap(({ cpus, ...thread }) => (cpus.includes(cpu) ? [thread] : [])),
    }));
}

function threadsOf({
  name: vm,
  placement,
}: VmOnCpus): (ThreadOnCpu & { readonly cpus: readonly number[] })[] {
  const thread = (name: string, cpus: readonly number[]) => ({
    vm,
    thread: name,
    cpus,
    floats: cpus.length > 1,
  });
  return [
    ...placement.vcpus.map(({ vcpu, cpu, cpus }) => thread(`vCPU ${vcpu}`, cpu === null ? cpus : [cpu])),
    ...placement.ioThreads.map((cpus, index) => thread(`I/O thread ${index}`, cpus)),
    thread('emulator', placement.emulator),
    thread('vhost', placement.vhost),
  ];
}
