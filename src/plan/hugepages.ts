/** Which pools of huge pages a VM takes its memory from, and what a launch must add to them. Pure. Linux: Documentation/admin-guide/mm/hugetlbpage. */
import type { Claim, HostFacts } from './facts.js';
import type { MemoryBackend, PoolUse } from './plan.js';

/** Whether a launch can add pages to a pool: on this machine, as root. */
export function canAddPages({ live, root }: Pick<HostFacts, 'live' | 'root'>): boolean {
  return live && root === true;
}

interface Pool {
  readonly node: number | null;
  readonly room: number | null;
  /** Not spoken for yet; less than nothing is what is missing. */
  free: number;
  taken: number;
}

/**
 * Memory that is bound to a node takes pages there; the rest takes what is free, preferred nodes first, and then what can be added.
 * @returns nothing where the host has no such pool.
 */
export function poolUse(
  { host, claims }: { readonly host: HostFacts; readonly claims: readonly Claim[] },
  pageBytes: number,
  pieces: readonly MemoryBackend[],
): PoolUse[] {
  const pools = poolsOf(host, claims, pageBytes);
  for (const piece of inOrder(pieces)) {
    const pages = Math.ceil(piece.bytes / pageBytes);
    spread(pages, candidates(pools, piece));
  }
  return pools
    .filter(({ taken }) => taken > 0)
    .map(({ node, room, free, taken }) => ({
      pageBytes,
      node,
      pages: taken,
      missing: Math.max(0, -free),
      room,
    }));
}

/** Those that may come from few nodes choose before those that may come from any. */
function inOrder(pieces: readonly MemoryBackend[]): MemoryBackend[] {
  const choice = ({ policy, hostNodes }: MemoryBackend) =>
    policy === 'default' || policy === 'preferred' ? Number.MAX_SAFE_INTEGER : hostNodes.length;
  return pieces.toSorted((a, b) => choice(a) - choice(b));
}

function poolsOf({ nodes, hugepages }: HostFacts, claims: readonly Claim[], pageBytes: number): Pool[] {
  const ofSize = hugepages.find((pool) => pool.pageBytes === pageBytes);
  const claimed = (node: number | null) =>
    claims
      .flatMap(({ hugepages: pages = [] }) => pages)
      .filter((one) => one.pageBytes === pageBytes && one.node === node)
      .reduce((sum, { pages }) => sum + pages, 0);
  const pool = (node: number | null, free: number, availableBytes: number | null): Pool => ({
    node,
    // Nobody knows on which node promised pages will be taken.
    free: Math.max(0, free - (ofSize?.reserved ?? 0) - claimed(node)),
    room: availableBytes === null ? null : Math.floor(availableBytes / pageBytes),
    taken: 0,
  });
  const byNode = nodes.flatMap(({ node, hugepages: pools, availableBytes }) => {
    const found = pools.find((one) => one.pageBytes === pageBytes);
    return found === undefined ? [] : [pool(node, found.free, availableBytes)];
  });
  if (byNode.length > 0) return byNode;
  return ofSize === undefined ? [] : [pool(null, ofSize.free, null)];
}

/** Pools that a piece may come from, the best first. */
function candidates(pools: readonly Pool[], { policy, hostNodes }: MemoryBackend): Pool[] {
  const named = (pool: Pool) => pool.node === null || hostNodes.includes(pool.node);
  const roomiest = pools.toSorted((a, b) => (b.room ?? 0) - (a.room ?? 0));
  if (hostNodes.length === 0) return roomiest;
  const first = roomiest.filter(named);
  const strict = policy === 'bind' || policy === 'interleave';
  return strict && first.length > 0 ? first : [...first, ...roomiest.filter((pool) => !named(pool))];
}

/** Takes what is free, then what there is room for; what nothing has room for is missing in the best of them. */
function spread(pages: number, pools: readonly Pool[]): void {
  let rest = pages;
  const take = (pool: Pool, most: number) => {
    const taken = Math.max(0, Math.min(rest, most));
    pool.free -= taken;
    pool.taken += taken;
    rest -= taken;
  };
  for (const pool of pools) take(pool, pool.free);
  for (const pool of pools) take(pool, pool.room === null ? rest : pool.room + Math.min(0, pool.free));
  const [best] = pools;
  if (best !== undefined) take(best, rest);
}
