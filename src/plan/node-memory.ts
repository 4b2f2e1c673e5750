/** What memory a node of the host can give. Pure. */
import type { HostFacts, NodeFacts } from './facts.js';
import { canAddPages } from './hugepages.js';

/** Bytes that a node can give in pages of that size (null: ordinary ones), those that a launch can add included; null: unknown. */
export function availableOn(
  host: Pick<HostFacts, 'nodes' | 'live' | 'root'>,
  number: number | null,
  pageBytes: number | null,
): number | null {
  const node: NodeFacts | undefined = host.nodes.find((one) => one.node === number);
  if (node === undefined || pageBytes === null) return node?.availableBytes ?? null;
  if (node.hugepages.length === 0) return null;
  const pool = node.hugepages.find((one) => one.pageBytes === pageBytes);
  const more = pool !== undefined && canAddPages(host) ? (node.availableBytes ?? 0) : 0;
  return (pool?.free ?? 0) * pageBytes + more;
}
