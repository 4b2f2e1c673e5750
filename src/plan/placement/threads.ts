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
export function sharingInWords(spec: VmSpec, shared: readonly number[]): string[] {
  const { placement, ioThreads } = spec;
  const threads = [
    ...(ioThreads > 0 && placement.ioThreads === 'auto' ? ['I/O threads'] : []),
    ...(mayUseVhost(spec) && placement.vhost === 'auto' ? ['vhost workers'] : []),
  ];
  const who = placement.emulator === 'auto' ? "QEMU's own threads" : threads.join(' and ');
  if (shared.length === 0 || who === '') return [];
  return [`${who} share ${cpusInWords(shared)} with the vCPUs: no other CPU is free`];
}

export function mayUseVhost({ networks }: VmSpec): boolean {
  return networks.some((network) => 'vhost' in network && network.vhost !== false);
}

export interface OtherThreads {
  readonly emulator: readonly number[];
  readonly ioThreads: readonly (readonly number[])[];
  readonly vhost: readonly number[];
  readonly findings: readonly Finding[];
}

/** The CPUs of all threads beside the vCPUs: as the spec says, else where `auto` puts them. */
export function placeOthers(spec: VmSpec, helpers: readonly number[], machine: Machine): OtherThreads {
  const { placement } = spec;
  const emulator = placeOne('placement.emulator', placement.emulator, helpers, machine);
  const vhost = placeOne('placement.vhost', placement.vhost, helpers, machine);
  const { ioThreads, findings } = placeIoThreads(spec, helpers, machine);
  return {
    emulator: emulator.cpus,
    ioThreads,
    vhost: vhost.cpus,
    findings: [...emulator.findings, ...findings, ...vhost.findings],
  };
}

/** CPUs that the spec names for threads beside the vCPUs. */
export function namedForOthers({ placement, ioThreads: count }: VmSpec): number[] {
  const { emulator, vhost, ioThreads } = placement;
  return [
    ...(typeof emulator === 'object' ? emulator : []),
    ...(typeof vhost === 'object' ? vhost : []),
    ...(typeof ioThreads === 'object' && count > 0 ? ioThreads.flat() : []),
  ];
}

function placeIoThreads(
  { placement, ioThreads: count }: VmSpec,
  helpers: readonly number[],
  machine: Machine,
): Pick<OtherThreads, 'ioThreads' | 'findings'> {
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

function placeOne(
  key: string,
  wanted: VmSpec['placement']['emulator'],
  helpers: readonly number[],
  machine: Machine,
): { readonly cpus: readonly number[]; readonly findings: readonly Finding[] } {
  if (wanted === 'auto') return { cpus: helpers, findings: [] };
  if (wanted === 'none') return { cpus: [], findings: [] };
  return { cpus: ascending(wanted), findings: checkCpus(key, wanted, machine) };
}

const ascending = (cpus: readonly number[]): number[] => [...cpus].sort((a, b) => a - b);
