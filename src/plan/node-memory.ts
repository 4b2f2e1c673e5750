/** What memory a node of the host can give. Pure. */
import type { HostFacts, NodeFacts } from './facts.js';

/** Bytes that a node can give at once in pages of that size (null: ordinary ones); null: unknown. */
export function availableOn(
  { nodes }: Pick<HostFacts, 'nodes'>,
  number: number | null,
  pageBytes: number | null,
): number | null {
  const node: NodeFacts | undefined = nodes.find((one) => one.node === number);
  if (node === undefined || pageBytes === null) return node?.availableBytes ?? null;
  if (node.hugepages.length === 0) return null;
  return (node.hugepages.find((pool) => pool.pageBytes === pageBytes)?.free ?? 0) * pageBytes;
}
