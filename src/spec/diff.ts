/** Which keys of a checked spec differ from another's. Pure. */
import { formatKey, type KeyPath } from './key.js';
import type { VmSpec } from './schema.js';

export interface ChangedKey {
  /** `disks[0].cache`; a whole item of a list if it came or went. In a list whose items have ids, by its place in the spec that has it. */
  readonly key: string;
  readonly path: KeyPath;
  /** As a checked spec has it: sizes in bytes, durations in seconds. Null: not there. */
  readonly from: unknown;
  readonly to: unknown;
}

/** In the order of the sections; items of a section's list are told apart by their ids, or else by their places. */
export function changedKeys(before: VmSpec, after: VmSpec): ChangedKey[] {
  return compare([], plain(before), plain(after));
}

/** What JSON keeps: a record was written and read. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

function compare(path: KeyPath, from: unknown, to: unknown): ChangedKey[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  if (isMap(from) && isMap(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => compare([...path, key], from[key], to[key]));
  }
  // Deeper lists are values: what matters is the whole.
  if (path.length === 1 && Array.isArray(from) && Array.isArray(to)) return compareItems(path, from, to);
  return [{ key: formatKey(path), path, from: from ?? null, to: to ?? null }];
}

function compareItems(path: KeyPath, from: readonly unknown[], to: readonly unknown[]): ChangedKey[] {
  const names = (items: readonly unknown[]) =>
    new Map(items.map((item, index) => [idOf(item) ?? index, { item, index }]));
  const [before, after] = [names(from), names(to)];
  const gone = [...before].flatMap(([name, { item, index }]) =>
    after.has(name) ? [] : compare([...path, index], item, undefined),
  );
  return [
    ...gone,
    ...[...after].flatMap(([name, { item, index }]) =>
      compare([...path, index], before.get(name)?.item, item),
    ),
  ];
}

function idOf(item: unknown): string | undefined {
  return isMap(item) && typeof item.id === 'string' ? item.id : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
