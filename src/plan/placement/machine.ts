/** The host as placement sees it: whole cores in layout order, and who may use which CPU. Pure. */
import type { Claim, CpuFacts, HostFacts } from '../facts.js';

/** A core with some of its CPUs that are online. */
export interface Core {
  /** Ascending. */
  readonly cpus: readonly number[];
  /** How many CPUs it has online, be they cut off here or not. */
  readonly threads: number;
  readonly node: number | null;
  readonly socket: number | null;
  /** Names the die and the L3 domain; equal for the cores that share it. */
  readonly die: string;
  readonly l3: string;
  /** Whether `l3` is told by the machine, and no guess. */
  readonly knowsL3: boolean;
  /** Names the cores that share an L2 or a cluster with it; equal for those. */
  readonly cluster: string;
  readonly kind: CpuFacts['kind'];
  readonly isolated: boolean;
  /** Its place among the cores, which are in the order of socket, die, node, L3 domain, core. */
  readonly order: number;
}

export interface Machine {
  /** Those that we may use, cut down to our cpuset: a core of which we are only ever given one thread is a whole core to us. */
  readonly cores: readonly Core[];
  /** The core that an online CPU is on, with all that are online. */
  readonly coreOf: ReadonlyMap<number, Core>;
  readonly facts: ReadonlyMap<number, CpuFacts>;
  /** Online and in our cpuset, ascending; empty where the host's CPUs are unknown. */
  readonly allowed: readonly number[];
  /** Which other VM holds a CPU exclusively. */
  readonly holderOf: ReadonlyMap<number, string>;
  /** How far two nodes are apart, in the kernel's units; 0 where it does not say. */
  distance(from: number | null, to: number | null): number;
}

/** Groups the host's CPUs into cores and notes what is allowed and what other VMs hold. */
export function describeMachine(host: HostFacts, claims: readonly Claim[]): Machine {
  const facts = new Map<number, CpuFacts>();
  for (const cpu of host.cpus) facts.set(cpu.cpu, cpu);
  const cores = coresOf(host.cpus);
  const coreOf = new Map<number, Core>();
  for (const core of cores) for (const cpu of core.cpus) coreOf.set(cpu, core);
  const cpuset = host.allowedCpus === null ? null : new Set(host.allowedCpus);
  const online = host.cpus.filter((cpu) => cpu.online).map((cpu) => cpu.cpu);
  const isAllowed = (cpu: number) => cpuset?.has(cpu) ?? true;
  const index = new Map(host.nodes.map(({ node }, position) => [node, position]));
  return {
    cores: cores.flatMap((core) => {
      const cpus = core.cpus.filter(isAllowed);
      return cpus.length === core.cpus.length ? core : cpus.length > 0 ? { ...core, cpus } : [];
    }),
    coreOf,
    facts,
    allowed: host.cpus.length === 0 ? (host.allowedCpus ?? []) : online.filter(isAllowed),
    holderOf: new Map(
      claims.flatMap(({ vm, exclusiveCpus }) => exclusiveCpus.map((cpu) => [cpu, vm] as const)),
    ),
    distance(from, to) {
      const row = index.get(from ?? -1);
      const column = index.get(to ?? -1);
      return row === undefined || column === undefined ? 0 : (host.nodes[row]?.distances[column] ?? 0);
    },
  };
}

function coresOf(cpus: readonly CpuFacts[]): Core[] {
  const byFirst = new Map<number, CpuFacts[]>();
  for (const cpu of cpus) {
    if (!cpu.online) continue;
    // The lowest sibling names the core, also if it is offline itself: core ids repeat over sockets and dies.
    const first = Math.min(cpu.cpu, cpu.siblings[0] ?? cpu.cpu);
    const group = byFirst.get(first);
    if (group === undefined) byFirst.set(first, [cpu]);
    else group.push(cpu);
  }
  return [...byFirst.values()]
    .map((members) => ({ members: members.sort((a, b) => a.cpu - b.cpu), key: layoutKey(members) }))
    .sort((a, b) => compareNumbers(a.key, b.key))
    .map(({ members }, order) => coreFrom(members, order));
}

function layoutKey([cpu]: readonly CpuFacts[]): number[] {
  if (cpu === undefined) return [];
  return [cpu.socket ?? -1, cpu.die ?? -1, cpu.node ?? -1, cpu.l3[0] ?? -1, cpu.core ?? -1, cpu.cpu];
}

function coreFrom(members: readonly CpuFacts[], order: number): Core {
  const [cpu] = members;
  const die = `${cpu?.socket}/${cpu?.die}`;
  return {
    cpus: members.map((member) => member.cpu),
    threads: members.length,
    node: cpu?.node ?? null,
    socket: cpu?.socket ?? null,
    die,
    // Where the caches are unknown, a die of a node is the best guess of what shares one.
    l3: cpu?.l3[0] === undefined ? `${die}/${cpu?.node}` : `${cpu.l3[0]}`,
    knowsL3: cpu?.l3[0] !== undefined,
    cluster: clusterOf(members, die),
    kind: cpu?.kind ?? null,
    isolated: members.every((member) => member.isolated),
    order,
  };
}

/** Cores of one L2 are next to each other; where each has its own, those of one cluster, which share what is behind it, are. */
function clusterOf(members: readonly CpuFacts[], die: string): string {
  const [cpu] = members;
  const sharesL2 = cpu?.l2.some((other) => members.every((member) => member.cpu !== other)) ?? false;
  if (sharesL2) return `L2 ${cpu?.l2[0]}`;
  return cpu?.cluster == null ? `core ${cpu?.cpu}` : `cluster ${die}/${cpu.cluster}`;
}

/** Compares row by row: the first difference decides. */
export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Sorts into groups, each in the order in which its first member came. */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
