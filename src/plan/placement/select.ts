/** Chooses cores: in as few nodes and L3 domains as can be, and of those that do, where it leaves the smallest gap (best fit). Pure. */
import { type Core, compareNumbers, groupBy, type Machine } from './machine.js';

/** What is to be found. */
export interface Demand {
  readonly vcpus: number;
  /** How many vCPUs a core takes. */
  capacity(core: Core): number;
  /** The same number if it is the same for all of them: then vCPUs are spread evenly over domains where that works out. */
  readonly perCore: number | null;
  /** How many vCPUs a node has memory for. */
  readonly memoryFor: (node: number | null) => number;
  /** How far a node is from what the VM belongs to. */
  readonly away: (node: number | null) => number;
}

export interface Selection {
  /** In layout order. */
  readonly cores: readonly Core[];
  readonly nodes: readonly (number | null)[];
  readonly l3Domains: number;
  /** How far the nearest of the nodes is from what the VM belongs to. */
  readonly away: number;
  /** Chosen cores that are not isolated. */
  readonly shared: number;
  /** vCPUs that the domains it is in could take beyond these. */
  readonly gap: number;
}

interface Domain {
  readonly cores: readonly Core[];
  readonly capacity: number;
}

interface Share {
  readonly domain: Domain;
  readonly vcpus: number;
}

/**
 * Of cores that are otherwise equal it takes those that come first.
 * @returns undefined if the cores can't take so many vCPUs.
 */
export function selectCores(cores: readonly Core[], demand: Demand, machine: Machine): Selection | undefined {
  const nodes = nodesOf(cores, demand);
  if (sum(nodes) < demand.vcpus) return undefined;
  const single = nodes
    .filter((node) => node.capacity >= demand.vcpus)
    .map((node) => {
      const away = demand.away(nodeOf(node));
      return { node, away, shares: withinNode({ domain: node, vcpus: demand.vcpus }, demand) };
    })
    .sort((a, b) => compareNumbers(rank(a), rank(b)))[0];
  const shares =
    single?.shares ??
    spread(nearest(nodes, demand, machine), demand.vcpus, demand.perCore).flatMap((share) =>
      withinNode(share, demand),
    );
  return describe(shares, demand);
}

interface Candidate {
  readonly node: Domain;
  readonly away: number;
  readonly shares: readonly Share[];
}

const rank = ({ node, away, shares }: Candidate): number[] => [
  away,
  shares.length,
  gapOf(shares),
  node.capacity,
  node.cores[0]?.order ?? 0,
];

function withinNode({ domain, vcpus }: Share, demand: Demand): Share[] {
  return spread(
    domains(domain.cores, demand, (core) => core.l3),
    vcpus,
    demand.perCore,
  );
}

/** A node takes no more vCPUs than it has memory for. */
function nodesOf(cores: readonly Core[], demand: Demand): Domain[] {
  const step = demand.perCore ?? 1;
  return domains(cores, demand, (core) => core.node)
    .map((domain) => {
      const most = Math.floor(demand.memoryFor(nodeOf(domain)) / step) * step;
      return { ...domain, capacity: Math.min(domain.capacity, most) };
    })
    .filter(({ capacity }) => capacity > 0);
}

const nodeOf = ({ cores: [core] }: Domain): number | null => core?.node ?? null;

function domains(
  cores: readonly Core[],
  demand: Demand,
  keyOf: (core: Core) => string | number | null,
): Domain[] {
  return [...groupBy(cores, keyOf).values()].map((members) => ({
    cores: members,
    capacity: members.reduce((total, core) => total + demand.capacity(core), 0),
  }));
}

/** Spreads vCPUs over as few domains as can take them: evenly where that works out, else the largest are filled first. */
function spread(candidates: readonly Domain[], vcpus: number, perCore: number | null): Share[] {
  const ascending = [...candidates].sort((a, b) => a.capacity - b.capacity);
  const count = fewest(ascending, vcpus);
  if (perCore !== null && vcpus % (count * perCore) === 0) {
    const even = ascending.filter((domain) => domain.capacity >= vcpus / count).slice(0, count);
    if (even.length === count) return even.map((domain) => ({ domain, vcpus: vcpus / count }));
  }
  const filled = ascending.slice(ascending.length - count + 1).reverse();
  const rest = vcpus - sum(filled);
  const last = ascending.find((domain) => domain.capacity >= rest);
  const shares = filled.map((domain) => ({ domain, vcpus: domain.capacity }));
  return last === undefined ? shares : [...shares, { domain: last, vcpus: rest }];
}

/** How many of the largest domains it takes. */
function fewest(ascending: readonly Domain[], vcpus: number): number {
  let count = 0;
  for (let left = vcpus; left > 0 && count < ascending.length; count++)
    left -= ascending.at(-1 - count)?.capacity ?? 0;
  return Math.max(1, count);
}

/** As many nodes as it takes: with one that the VM belongs to, those that are nearest to each other, then those that share L3 domains and sockets. */
function nearest(nodes: readonly Domain[], demand: Demand, machine: Machine): readonly Domain[] {
  const { vcpus } = demand;
  const count = fewest(
    [...nodes].sort((a, b) => a.capacity - b.capacity),
    vcpus,
  );
  const sets = nodes.map((seed) => {
    const rows = nodes.map((domain) => ({ domain, away: awayFrom(seed, domain, machine) }));
    const set = rows.sort((a, b) => compareNumbers(a.away, b.away)).slice(0, count);
    const chosen = set.map(({ domain }) => domain);
    const distance = set.reduce((total, { away }) => total + (away[0] ?? 0), 0);
    const l3Domains = new Set(chosen.flatMap((domain) => domain.cores.map((core) => core.l3))).size;
    const away = Math.min(...chosen.map((domain) => demand.away(nodeOf(domain))));
    return { chosen, score: [away, distance, l3Domains, sum(chosen)] };
  });
  const fitting = sets.filter(({ chosen }) => sum(chosen) >= vcpus);
  return fitting.sort((a, b) => compareNumbers(a.score, b.score))[0]?.chosen ?? nodes;
}

function awayFrom(seed: Domain, domain: Domain, machine: Machine): number[] {
  const [from] = seed.cores;
  const [to] = domain.cores;
  if (seed === domain || from === undefined || to === undefined) return [-1, 0, 0, 0];
  const distance = machine.distance(from.node, to.node);
  return [distance, Number(from.l3 !== to.l3), Number(from.socket !== to.socket), -domain.capacity];
}

function describe(shares: readonly Share[], demand: Demand): Selection {
  const cores = shares.flatMap((share) => take(share, demand)).sort((a, b) => a.order - b.order);
  const nodes = [...new Set(cores.map((core) => core.node))];
  return {
    cores,
    nodes,
    away: Math.min(...nodes.map((node) => demand.away(node))),
    l3Domains: new Set(cores.map((core) => core.l3)).size,
    shared: cores.filter((core) => !core.isolated).length,
    gap: gapOf(shares),
  };
}

/** Isolated cores first, then fast ones; of those that are alike as few clusters as can be. */
function take({ domain, vcpus }: Share, demand: Demand): Core[] {
  const rank = (core: Core) => [Number(!core.isolated), Number(core.kind === 'efficiency')];
  const ranked = [...domain.cores].sort((a, b) => compareNumbers(rank(a), rank(b)));
  const taken: Core[] = [];
  let left = vcpus;
  for (const cores of groupBy(ranked, (core) => rank(core).join()).values()) {
    const clusters = domains(cores, demand, (core) => core.cluster);
    const here = Math.min(left, sum(clusters));
    left -= here;
    const parts =
      clusters.length < cores.length && here > 0
        ? spread(clusters, here, demand.perCore)
        : [{ domain: { cores, capacity: sum(clusters) }, vcpus: here }];
    taken.push(...parts.flatMap((part) => fill(part, demand)));
  }
  return taken;
}

/** Cores of which no CPU stays idle go before those with siblings that would. */
function fill({ domain, vcpus }: Share, demand: Demand): Core[] {
  const taken: Core[] = [];
  let left = vcpus;
  const idle = (core: Core) => core.threads - demand.capacity(core);
  for (const core of [...domain.cores].sort((a, b) => idle(a) - idle(b))) {
    if (left <= 0) break;
    if (demand.capacity(core) === 0) continue;
    taken.push(core);
    left -= demand.capacity(core);
  }
  return taken;
}

const sum = (list: readonly Domain[]): number => list.reduce((total, domain) => total + domain.capacity, 0);

const gapOf = (shares: readonly Share[]): number =>
  shares.reduce((total, { domain, vcpus }) => total + domain.capacity - vcpus, 0);
