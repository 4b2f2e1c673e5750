/** A spec as written: values that know where they stand. Pure; without zod and yaml. */
import type { KeyPath } from './key.js';
import type { Position } from './position.js';

export type Scalar = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly position: Position;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly SpecNode[];
  readonly position: Position;
}

export interface MapEntry {
  /** Where the key stands. */
  readonly key: Position;
  readonly node: SpecNode;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly position: Position;
}

export type SpecNode = ScalarNode | ListNode | MapNode;

/** The plain value: what JSON would be. Maps have no prototype, so that no key means more than it says. */
export function toValue(node: SpecNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toValue);
  const value = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of node.entries) value[key] = toValue(entry.node);
  return value;
}

export function child(node: SpecNode, part: string | number): SpecNode | undefined {
  if (node.kind === 'list') return typeof part === 'number' ? node.items[part] : undefined;
  return node.kind === 'map' ? node.entries.get(String(part))?.node : undefined;
}

/** The node at a path. */
export function find(root: SpecNode, path: KeyPath): SpecNode | undefined {
  let node: SpecNode | undefined = root;
  for (const part of path) node = node && child(node, part);
  return node;
}

/** The node at a path, or the nearest one around it. */
export function findNearest(
  root: SpecNode,
  path: KeyPath,
): { readonly node: SpecNode; readonly depth: number } {
  let node = root;
  for (const [depth, part] of path.entries()) {
    const next = child(node, part);
    if (!next) return { node, depth };
    node = next;
  }
  return { node, depth: path.length };
}

/** Base and own keys: maps merge key by key, everything else replaces what the base has. */
function merge(base: SpecNode, own: SpecNode): SpecNode {
  return base.kind === 'map' && own.kind === 'map' ? mergeMaps(base, own) : own;
}

export function mergeMaps(base: MapNode, own: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [key, entry] of own.entries) {
    const inherited = entries.get(key);
    entries.set(key, inherited ? { key: entry.key, node: merge(inherited.node, entry.node) } : entry);
  }
  return { kind: 'map', entries, position: own.position };
}
