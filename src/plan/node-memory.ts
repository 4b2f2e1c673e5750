/** What memory a node of the host can give. Pure. */
import type { HostFacts, NodeFacts } from './facts.js';
import { canAddPages } from './hugepages.js';

/** Whether memory can be bound to a node: the kernel refuses nodes without memory, and those outside of our cpuset (mbind(2), EINVAL). */
export function givesMemory(
  { nodes, allowedNodes }: Pick<HostFacts, 'nodes' | 'allowedNodes'>,
  number: number,
): boolean {
  if (nodes.some(({ node, memoryBytes }) => node === number && memoryBytes === 0)) return false;
  return allowedNodes?.includes(number) ?? true;
}

export const noMemoryOf = (node: number): string => `node ${node} has no memory that this process may use`;

/** Bytes that a node can give in pages of that size (null: ordinary ones), those that a launch can add included; null: unknown. */
export function availableOn(
  host: Pick<HostFacts, 'nodes' | 'allowedNodes' | 'live' | 'root'>,
  number: number | null,
  pageBytes: number | null,
): number | null {
  if (number !== null && !givesMemory(host, number)) return 0;
  const node: NodeFacts | undefined = host.nodes.find((one) => one.node === number);
  if (node === undefined || pageBytes === null) return node?.availableBytes ?? null;
  if (node.hugepages.length === 0) return null;
  const pool = node.hugepages.find((one) => one.pageBytes === pageBytes);
  const more = pool !== undefined && canAddPages(host) ? (node.availableBytes ?? 0) : 0;
  return (pool?.free ?? 0) * pageBytes + more;
}
