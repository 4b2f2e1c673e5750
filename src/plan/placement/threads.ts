/** CPUs of the threads beside the vCPUs: the emulator, I/O threads, vhost workers. Pure. */
import type { VmSpec } from '../../spec/schema.js';
import type { Finding } from '../findings.js';
import type { VcpuPlacement } from '../plan.js';
import { checkCpus } from './checks.js';
import type { Machine } from './machine.js';
import { floatingCpus, pinnedCpus } from './vcpus.js';
import { cpusInWords } from './words.js';

/** Where `auto` puts them. */
export interface Helpers {
  readonly cpus: readonly number[];
  readonly reason: string;
  /** CPUs that are vCPUs' too, since there are no others. */
  readonly shared: readonly number[];
}

/** The host's CPUs, those on the VM's nodes first; where there are none, whatever is allowed and no vCPU's. */
export function placeHelpers(
  vcpus: readonly VcpuPlacement[],
  housekeeping: readonly number[],
  machine: Machine,
): Helpers {
  if (housekeeping.length > 0) {
    const nodes = new Set(vcpus.map(({ node }) => node));
    const near = housekeeping.filter((cpu) => nodes.has(machine.facts.get(cpu)?.node ?? null));
    return near.length > 0
      ? { cpus: near, reason: 'the reserved CPUs, away from the vCPUs', shared: [] }
      : {
          cpus: housekeeping,
          reason: 'the reserved CPUs, though on another node than the vCPUs',
          shared: [],
        };
  }
  const unpinned = floatingCpus(machine, new Set(pinnedCpus(vcpus)));
  const floatedOver = new Set(vcpus.flatMap(({ cpus }) => cpus));
  const beside = unpinned.filter((cpu) => !floatedOver.has(cpu));
  if (beside.length > 0)
    return { cpus: beside, reason: 'no CPU is reserved: what is allowed and free of vCPUs', shared: [] };
  const shared = unpinned.length > 0 ? unpinned : floatingCpus(machine, new Set());
  const cpus = shared.length > 0 ? shared : machine.allowed;
  if (cpus.length === 0) return { cpus, reason: 'the CPUs of this host are unknown', shared: [] };
  return { cpus, reason: 'no CPU is reserved, and vCPUs have every CPU that is free', shared: cpus };
}

/** Which threads are on CPUs of vCPUs; those that the spec places itself give up nothing. */
export function sharingInWords(
  { placement, ioThreads, networks }: VmSpec,
  shared: readonly number[],
): string[] {
  const threads = [
    ...(ioThreads > 0 && placement.ioThreads === 'auto' ? ['I/O threads'] : []),
    ...(networks.some((network) => 'vhost' in network && network.vhost !== false) ? ['vhost workers'] : []),
  ];
  const who = placement.emulator === 'auto' ? "QEMU's own threads" : threads.join(' and ');
  if (shared.length === 0 || who === '') return [];
  return [`${who} share ${cpusInWords(shared)} with the vCPUs: no other CPU is free`];
}

/** The CPUs of each I/O thread. */
export function placeIoThreads(
  { placement, ioThreads: count }: Pick<VmSpec, 'placement' | 'ioThreads'>,
  helpers: readonly number[],
  machine: Machine,
): { readonly ioThreads: readonly (readonly number[])[]; readonly findings: readonly Finding[] } {
  const wanted = placement.ioThreads;
  const each = (cpus: readonly number[]) => Array.from({ length: count }, () => cpus);
  if (wanted === 'auto') return { ioThreads: each(helpers), findings: [] };
  if (wanted === 'none') return { ioThreads: each([]), findings: [] };
  const lists = wanted.filter((entry) => typeof entry !== 'number');
  const single = wanted.filter((entry) => typeof entry === 'number');
  if (lists.length === 0 && single.length > 0) {
    return {
      ioThreads: each(ascending(single)),
      findings: checkCpus('placement.ioThreads', single, machine),
    };
  }
  const findings = lists.flatMap((cpus, index) => checkCpus(`placement.ioThreads.${index}`, cpus, machine));
  return { ioThreads: Array.from({ length: count }, (_, index) => ascending(lists[index] ?? [])), findings };
}

/** The CPUs of QEMU's own threads. */
export function placeEmulator(
  { emulator }: VmSpec['placement'],
  helpers: readonly number[],
  machine: Machine,
): { readonly emulator: readonly number[]; readonly findings: readonly Finding[] } {
  if (emulator === 'auto') return { emulator: helpers, findings: [] };
  if (emulator === 'none') return { emulator: [], findings: [] };
  return { emulator: ascending(emulator), findings: checkCpus('placement.emulator', emulator, machine) };
}

const ascending = (cpus: readonly number[]): number[] => [...cpus].sort((a, b) => a - b);
