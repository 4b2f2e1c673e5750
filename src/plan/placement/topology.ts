/** The CPU topology that the guest sees. Pure. */
import type { Finding } from '../findings.js';
import type { CpuTopology, VcpuPlacement } from '../plan.js';
import type { Core, Machine } from './machine.js';

/**
 * Mirrors what the vCPUs got: a guest socket for each node of a host socket, a guest die for each L3 domain in it (QEMU shows one L3 cache a die),
 * cores and threads as they are. What is not regular is left out, level by level. Its product is `maxVcpus`.
 */
export function mirrorTopology(
  vcpus: readonly VcpuPlacement[],
  maxVcpus: number,
  machine: Machine,
): CpuTopology {
  const flat = { sockets: 1, dies: 1, cores: maxVcpus, threads: 1 };
  if (maxVcpus > vcpus.length) return flat;
  const placed = vcpus.map(({ cpu }) => (cpu === null ? undefined : machine.coreOf.get(cpu)));
  const hostCores = placed.filter((core) => core !== undefined);
  const threads = hostCores.length === placed.length ? runLength(hostCores) : undefined;
  if (threads === undefined) return flat;
  const cores = hostCores.filter((_, vcpu) => vcpu % threads === 0);
  const perSocket = runLength(cores.map(socketOf));
  if (perSocket === undefined) return { ...flat, cores: cores.length, threads };
  const perDie = runLength(cores.map((core) => `${socketOf(core)}/${core.die}/${core.l3}`)) ?? perSocket;
  return { sockets: cores.length / perSocket, dies: perSocket / perDie, cores: perDie, threads };
}

const socketOf = (core: Core): string => `${core.node}/${core.socket}`;

/** How many equal neighbours there are throughout; undefined if the runs differ in length or a value comes again later. */
function runLength(values: readonly unknown[]): number | undefined {
  const starts = values.flatMap((value, index) =>
    index === 0 || values[index - 1] !== value ? [index] : [],
  );
  const length = starts[1] ?? values.length;
  const regular =
    values.length === starts.length * length && starts.every((start, run) => start === run * length);
  return regular && new Set(values).size === starts.length ? length : undefined;
}

/** Warns where what the guest takes for siblings are none on the host, or the other way round. */
export function checkSiblings(vcpus: readonly VcpuPlacement[], threads: number, machine: Machine): Finding[] {
  const warn = (message: string, hint: string): Finding[] => [
    { severity: 'warning', code: 'host.placement', key: 'cpu.topology', message, hint },
  ];
  const coreOf = vcpus.map(({ cpu }) => (cpu === null ? undefined : machine.coreOf.get(cpu)));
  const apart = vcpus.find(({ vcpu }) => {
    const first = coreOf[vcpu - (vcpu % threads)];
    return first !== undefined && coreOf[vcpu] !== undefined && coreOf[vcpu] !== first;
  });
  if (apart !== undefined) {
    return warn(
      `the guest takes vCPUs ${apart.vcpu - (apart.vcpu % threads)} and ${apart.vcpu} for siblings of one core, but they run on different host cores`,
      'Number the vCPUs core by core with siblings next to each other, or leave cpu.topology at auto.',
    );
  }
  const firstOn = new Map<Core, number>();
  for (const { vcpu } of vcpus) {
    const core = coreOf[vcpu];
    if (core === undefined) continue;
    const first = firstOn.get(core) ?? vcpu;
    firstOn.set(core, first);
    if (Math.floor(first / threads) !== Math.floor(vcpu / threads)) {
      return warn(
        `vCPUs ${first} and ${vcpu} share a host core, but the guest takes them for cores of their own: its scheduler will load them as if they were`,
        `Number the vCPUs core by core with siblings next to each other, and leave cpu.topology at auto or set its threads to ${core.cpus.length}.`,
      );
    }
  }
  return [];
}
