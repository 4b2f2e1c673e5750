/** CPUs as sysfs shows them (Documentation/ABI/stable/sysfs-devices-system-cpu, admin-guide/cputopology). */
import type { CpuFacts, NodeFacts } from '../plan/facts.js';
import { inferKinds, readKinds } from './kinds.js';
import { kernelCpuList, kernelCpuMask, kilobytes, readCpuSet, wholeNumber } from './parse.js';
import type { Root } from './root.js';

const cpusFolder = '/sys/devices/system/cpu';

/** Some kernels write an unknown cluster as 0xffff. */
const UNKNOWN_CLUSTER = 65535;

/** Reads every CPU that is present, ascending. */
export function readCpus(root: Root, nodes: readonly NodeFacts[]): CpuFacts[] {
  const list = (name: string) => kernelCpuList(root.text(`${cpusFolder}/${name}`));
  const online = list('online');
  const onlineSet = online === null ? null : new Set(online);
  const isolated = new Set(list('isolated'));
  const nohzFull = new Set(list('nohz_full'));
  const nodeOf = new Map<number, number>();
  for (const { node, cpus } of nodes) {
    for (const cpu of cpus) if (!nodeOf.has(cpu)) nodeOf.set(cpu, node);
  }
  const kinds = readKinds(root);
  const cpus = cpuNumbers(root, online).map((cpu): CpuFacts => {
    const topology = readTopology(root, cpu);
    return {
      cpu,
      online: onlineSet?.has(cpu) ?? root.text(`${cpusFolder}/cpu${cpu}/online`)?.trim() !== '0',
      node: nodeOf.get(cpu) ?? null,
      ...topology,
      ...readCaches(root, cpu),
      ...readSpeeds(root, cpu),
      kind: kinds.get(cpu) ?? null,
      isolated: isolated.has(cpu),
      nohzFull: nohzFull.has(cpu),
    };
  });
  if (kinds.size > 0) return cpus;
  const inferred = inferKinds(cpus, (cpu) => wholeNumber(root.text(`${cpusFolder}/cpu${cpu}/cpu_capacity`)));
  return cpus.map((cpu) => ({ ...cpu, kind: inferred.get(cpu.cpu) ?? null }));
}

function cpuNumbers(root: Root, online: readonly number[] | null): number[] {
  const folders = root.names(cpusFolder).flatMap((name) => {
    const cpu = wholeNumber(/^cpu(\d{1,5})$/.exec(name)?.[1]);
    return cpu === null ? [] : [cpu];
  });
  return [...new Set([...folders, ...(online ?? [])])].sort((a, b) => a - b);
}

function readTopology(
  root: Root,
  cpu: number,
): Pick<CpuFacts, 'socket' | 'die' | 'cluster' | 'core' | 'siblings'> {
  const folder = `${cpusFolder}/cpu${cpu}/topology`;
  const id = (name: string) => wholeNumber(root.text(`${folder}/${name}`));
  const cluster = id('cluster_id');
  return {
    socket: id('physical_package_id'),
    die: id('die_id'),
    cluster: cluster === UNKNOWN_CLUSTER ? null : cluster,
    core: id('core_id'),
    // `core_cpus` replaced `thread_siblings` in Linux 5.3.
    siblings:
      readCpuSet(root, `${folder}/core_cpus_list`, `${folder}/core_cpus`) ??
      readCpuSet(root, `${folder}/thread_siblings_list`, `${folder}/thread_siblings`) ??
      [],
  };
}

type Caches = Pick<CpuFacts, 'l2' | 'l2Bytes' | 'l3' | 'l3Bytes'>;

/** The folders `index0`, `index1`, …: in captures some are missing between others. */
function readCaches(root: Root, cpu: number): Caches {
  const caches: { -readonly [Key in keyof Caches]: Caches[Key] } = {
    l2: [],
    l2Bytes: null,
    l3: [],
    l3Bytes: null,
  };
  for (const name of root.names(`${cpusFolder}/cpu${cpu}/cache`)) {
    const folder = `${cpusFolder}/cpu${cpu}/cache/${name}`;
    const level = root.text(`${folder}/level`)?.trim();
    if (level !== '2' && level !== '3') continue;
    if (root.text(`${folder}/type`)?.trim() === 'Instruction') continue;
    caches[`l${level}`] = sharedCpus(root, cpu, folder);
    caches[`l${level}Bytes`] = kilobytes(root.text(`${folder}/size`)?.trim().replace(/K$/, ' kB'));
  }
  return caches;
}

/** A set without the CPU itself is not true: some kernels show an empty one for a cache that is not shared. */
function sharedCpus(root: Root, cpu: number, cache: string): number[] {
  const sets = [
    kernelCpuList(root.text(`${cache}/shared_cpu_list`)),
    kernelCpuMask(root.text(`${cache}/shared_cpu_map`)),
  ];
  return sets.find((cpus) => cpus?.includes(cpu)) ?? [cpu];
}

function readSpeeds(root: Root, cpu: number): Pick<CpuFacts, 'maxMhz' | 'baseMhz'> {
  const folder = `${cpusFolder}/cpu${cpu}`;
  const kilohertz = (name: string) => {
    const value = wholeNumber(root.text(`${folder}/cpufreq/${name}`));
    return value === null ? null : Math.round(value / 1000);
  };
  return {
    maxMhz: kilohertz('cpuinfo_max_freq'),
    // Drivers other than intel_pstate have no base_frequency; firmware may tell it through CPPC, where 0 means that it does not.
    baseMhz:
      kilohertz('base_frequency') ?? (wholeNumber(root.text(`${folder}/acpi_cppc/nominal_freq`)) || null),
  };
}
