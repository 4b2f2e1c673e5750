/** Machines for tests: as facts, or written as a tree of sysfs and procfs that reads back as the same facts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CpuFacts, HostFacts } from '../../src/plan/facts.js';
import { formatCpuList } from '../../src/units.js';

interface HostDescription {
  /** Default 1 each; a node's L3 domains have this many cores. */
  readonly sockets?: number;
  readonly nodesPerSocket?: number;
  readonly l3PerNode?: number;
  readonly coresPerL3: number;
  readonly threads?: number;
  /** `far` (the default): siblings are n and n + number of cores; `near`: n and n + 1. */
  readonly numbering?: 'far' | 'near';
  /** One L3 for all nodes of a socket (sub-NUMA clusters). */
  readonly l3PerSocket?: boolean;
  readonly offline?: readonly number[];
  readonly isolated?: readonly number[];
  readonly allowed?: readonly number[] | null;
  readonly vendor?: HostFacts['vendor'];
  /** Cores without siblings after the others, four to an L2, slower. */
  readonly efficiencyCores?: number;
}

interface CoreDescription {
  readonly socket: number;
  readonly node: number;
  readonly core: number;
  readonly l3: number;
  readonly l2: string;
  readonly cpus: readonly number[];
  readonly kind: CpuFacts['kind'];
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Describes a machine as facts. Nodes have 64 GiB each and no huge pages; nothing but CPUs and memory is special. */
export function hostFacts(description: HostDescription): HostFacts {
  const cores = describeCores(description);
  const offline = new Set(description.offline);
  const cpus = cores
    .flatMap((core) => core.cpus.map((cpu) => cpuFacts(cpu, core, cores, offline, description)))
    .sort((a, b) => a.cpu - b.cpu);
  const nodes = [...new Set(cores.map((core) => core.node))];
  const socketOf = new Map(cores.map((core) => [core.node, core.socket]));
  const distance = (a: number, b: number) => (a === b ? 10 : socketOf.get(a) === socketOf.get(b) ? 12 : 21);
  return {
    live: false,
    cpus,
    allowedCpus: description.allowed ?? null,
    allowedNodes: null,
    nodes: nodes.map((node) => ({
      node,
      cpus: cpus.filter((cpu) => cpu.node === node).map((cpu) => cpu.cpu),
      memoryBytes: 64 * GIB,
      availableBytes: 60 * GIB,
      hugepages: [],
      distances: nodes.map((other) => distance(node, other)),
    })),
    vendor: description.vendor ?? 'intel',
    cpuFlags: ['fpu', description.vendor === 'amd' ? 'svm' : 'vmx'],
    memoryBytes: 64 * GIB * nodes.length,
    availableBytes: 60 * GIB * nodes.length,
    defaultHugepageBytes: 2 * 1024 ** 2,
    hugepages: [],
    hugetlbfs: [{ path: '/dev/hugepages', pageBytes: 2 * 1024 ** 2 }],
    lockableBytes: null,
    realTimeLimit: null,
    ioUring: true,
    vhostNet: true,
    vhostVsock: true,
    pciDevices: null,
    usbDevices: null,
    blockDevices: null,
    mediatedDevices: null,
    interfaces: [
      { name: 'br0', bridge: true, tap: null, node: null },
      { name: 'lo', bridge: false, tap: null, node: null },
      { name: 'tap7', bridge: false, tap: 'oneQueue', node: null },
      { name: 'tap8', bridge: false, tap: 'multiQueue', node: null },
    ],
    firmware: [],
    programs: null,
    root: null,
    networkAdmin: null,
    bridgeHelper: null,
  };
}

function describeCores(description: HostDescription): CoreDescription[] {
  const {
    sockets = 1,
    nodesPerSocket = 1,
    l3PerNode = 1,
    coresPerL3,
    threads = 1,
    numbering = 'far',
  } = description;
  const total = sockets * nodesPerSocket * l3PerNode * coresPerL3;
  const efficiency = description.efficiencyCores ?? 0;
  const cores = Array.from({ length: total }, (_, index): CoreDescription => {
    const l3 = Math.floor(index / coresPerL3);
    const node = Math.floor(l3 / l3PerNode);
    const socket = Math.floor(node / nodesPerSocket);
    return {
      socket,
      node,
      core: index % (total / sockets),
      l3: description.l3PerSocket || efficiency > 0 ? socket : l3,
      l2: `${index}`,
      cpus: Array.from({ length: threads }, (_, thread) =>
        numbering === 'near' ? index * threads + thread : index + thread * total,
      ),
      kind: efficiency > 0 ? 'performance' : null,
    };
  });
  const slow = Array.from(
    { length: efficiency },
    (_, index): CoreDescription => ({
      socket: 0,
      node: 0,
      core: total + index,
      l3: 0,
      l2: `slow ${Math.floor(index / 4)}`,
      cpus: [total * threads + index],
      kind: 'efficiency',
    }),
  );
  return [...cores, ...slow];
}

function cpuFacts(
  cpu: number,
  core: CoreDescription,
  cores: readonly CoreDescription[],
  offline: ReadonlySet<number>,
  { isolated = [] }: HostDescription,
): CpuFacts {
  const base = { cpu, cluster: null, baseMhz: null, isolated: isolated.includes(cpu), nohzFull: false };
  if (offline.has(cpu)) {
    const unknown = { node: null, socket: null, die: null, core: null, maxMhz: null, kind: null };
    return { ...base, ...unknown, online: false, siblings: [], l2: [], l2Bytes: null, l3: [], l3Bytes: null };
  }
  const online = (of: readonly CoreDescription[]) =>
    of
      .flatMap(({ cpus }) => cpus)
      .filter((one) => !offline.has(one))
      .sort((a, b) => a - b);
  return {
    ...base,
    online: true,
    node: core.node,
    socket: core.socket,
    die: 0,
    core: core.core,
    siblings: online([core]),
    l2: online(cores.filter(({ l2 }) => l2 === core.l2)),
    l2Bytes: 2 * MIB,
    l3: online(cores.filter(({ l3 }) => l3 === core.l3)),
    l3Bytes: 32 * MIB,
    maxMhz: core.kind === 'efficiency' ? 3300 : 4500,
    kind: core.kind,
  };
}

/** The machine of the notes: 20 CPUs, siblings n and n+10, one node. */
export const notesMachine = (): HostFacts => hostFacts({ coresPerL3: 10, threads: 2 });

/** AMD: two nodes with four L3 domains (CCX) each, of four cores with two threads. */
export const amdMachine = (): HostFacts =>
  hostFacts({ sockets: 2, l3PerNode: 4, coresPerL3: 4, threads: 2, vendor: 'amd' });

/** Six performance cores with two threads (siblings n and n+1), eight efficiency cores. */
export const hybridMachine = (): HostFacts =>
  hostFacts({ coresPerL3: 6, threads: 2, numbering: 'near', efficiencyCores: 8 });

/** Two sockets of two sub-NUMA clusters, of five cores with two threads; one L3 a socket. */
export const subNumaMachine = (): HostFacts =>
  hostFacts({ sockets: 2, nodesPerSocket: 2, coresPerL3: 5, threads: 2, l3PerSocket: true });

/** Four cores, of which CPUs 5 and 7, siblings of 1 and 3, are offline. */
export const offlineSiblings = (): HostFacts => hostFacts({ coresPerL3: 4, threads: 2, offline: [5, 7] });

/** Four cores with siblings n and n+4, CPU 0 offline. */
export const cpu0Offline = (): HostFacts => hostFacts({ coresPerL3: 4, threads: 2, offline: [0] });

/** `cores` cores without siblings. */
export const plainMachine = (cores: number): HostFacts => hostFacts({ coresPerL3: cores });

/** A host of which nothing is known. */
export const unknownMachine = (): HostFacts => ({
  ...hostFacts({ coresPerL3: 1 }),
  cpus: [],
  nodes: [],
  allowedCpus: null,
  interfaces: null,
});

/** Writes the files of a tree, by path inside it. */
export function writeTree(folder: string, files: Readonly<Record<string, string>>): void {
  const paths = Object.keys(files);
  for (const parent of new Set(paths.map(dirname))) mkdirSync(join(folder, parent), { recursive: true });
  for (const path of paths) writeFileSync(join(folder, path), files[path] ?? '');
}

/** Writes CPUs and nodes as the kernel shows them; `masks` as old kernels did, without any list. */
export function writeHost(folder: string, host: HostFacts, { masks = false } = {}): void {
  const set = (list: string, mask: string, cpus: readonly number[]) =>
    masks
      ? { [mask]: `${cpuMask(cpus)}\n` }
      : { [list]: `${formatCpuList(cpus)}\n`, [mask]: `${cpuMask(cpus)}\n` };
  const cpusFolder = 'sys/devices/system/cpu';
  for (const cpu of host.cpus) {
    const folderOf = `${cpusFolder}/cpu${cpu.cpu}`;
    writeTree(
      folder,
      cpu.cpu === 0 && cpu.online
        ? { [`${folderOf}/uevent`]: '' }
        : { [`${folderOf}/online`]: `${Number(cpu.online)}\n` },
    );
    if (!cpu.online) continue;
    writeTree(folder, {
      [`${folderOf}/topology/physical_package_id`]: `${cpu.socket}\n`,
      [`${folderOf}/topology/die_id`]: `${cpu.die}\n`,
      [`${folderOf}/topology/core_id`]: `${cpu.core}\n`,
      [`${folderOf}/topology/cluster_id`]: '-1\n',
      ...set(
        `${folderOf}/topology/thread_siblings_list`,
        `${folderOf}/topology/thread_siblings`,
        cpu.siblings,
      ),
      [`${folderOf}/cpufreq/cpuinfo_max_freq`]: `${(cpu.maxMhz ?? 0) * 1000}\n`,
    });
    for (const [index, level, type, shared, bytes] of [
      [0, 1, 'Data', cpu.siblings, 32 * 1024],
      [1, 1, 'Instruction', cpu.siblings, 32 * 1024],
      [2, 2, 'Unified', cpu.l2, cpu.l2Bytes],
      [3, 3, 'Unified', cpu.l3, cpu.l3Bytes],
    ] as const) {
      const cache = `${folderOf}/cache/index${index}`;
      writeTree(folder, {
        [`${cache}/level`]: `${level}\n`,
        [`${cache}/type`]: `${type}\n`,
        [`${cache}/size`]: `${(bytes ?? 0) / 1024}K\n`,
        ...set(`${cache}/shared_cpu_list`, `${cache}/shared_cpu_map`, shared),
      });
    }
  }
  for (const node of host.nodes) {
    const folderOf = `sys/devices/system/node/node${node.node}`;
    writeTree(folder, {
      ...set(`${folderOf}/cpulist`, `${folderOf}/cpumap`, node.cpus),
      [`${folderOf}/distance`]: `${node.distances.join(' ')}\n`,
      [`${folderOf}/meminfo`]: `Node ${node.node} MemTotal: ${(node.memoryBytes ?? 0) / 1024} kB\nNode ${node.node} MemFree:  ${(node.availableBytes ?? 0) / 1024} kB\n`,
    });
  }
  if (!masks) {
    writeTree(folder, {
      [`${cpusFolder}/online`]: `${formatCpuList(host.cpus.filter((cpu) => cpu.online).map((cpu) => cpu.cpu))}\n`,
      [`${cpusFolder}/isolated`]: `${formatCpuList(host.cpus.filter((cpu) => cpu.isolated).map((cpu) => cpu.cpu))}\n`,
    });
  }
}

/** A mask in 32-bit words, the highest first. */
function cpuMask(cpus: readonly number[]): string {
  let bits = 0n;
  for (const cpu of cpus) bits |= 1n << BigInt(cpu);
  const words: string[] = [];
  do {
    words.unshift((bits & 0xffffffffn).toString(16).padStart(8, '0'));
    bits >>= 32n;
  } while (bits > 0n);
  return words.join(',');
}
