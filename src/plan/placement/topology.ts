/** The CPU topology that the guest sees. Pure. */
import type { CpuTopology, VcpuPlacement } from '../plan.js';
import type { Core, Machine } from './machine.js';

/**
 * Mirrors what the vCPUs got: a guest socket for each node of a host socket, a guest die for each L3 domain in it (QEMU shows one L3 cache a die),
 * cores and threads as they are. What is not regular is left out, level by level. With room for hot-plug only threads are mirrored: nobody knows where
 * the vCPUs to come will be. Its product is `maxVcpus`.
 */
export function mirrorTopology(
  vcpus: readonly VcpuPlacement[],
  maxVcpus: number,
  machine: Machine,
): CpuTopology {
  const flat = { sockets: 1, dies: 1, cores: maxVcpus, threads: 1 };
  const placed = vcpus.map(({ cpu }) => (cpu === null ? undefined : machine.coreOf.get(cpu)));
  const hostCores = placed.filter((core) => core !== undefined);
  const threads = hostCores.length === placed.length ? runLength(hostCores) : undefined;
  if (threads === undefined || maxVcpus % threads !== 0) return flat;
  if (maxVcpus > vcpus.length) return { ...flat, cores: maxVcpus / threads, threads };
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

/** For a CPU model that can't show siblings: each becomes a core. */
export function foldThreads({ cores, threads, ...rest }: CpuTopology): CpuTopology {
  return { ...rest, cores: cores * threads, threads: 1 };
}
