/** The spec that an import makes, with the place in the XML that each part comes from. Pure. */
import type * as z from 'zod';
import type { KeyPath } from '../spec/key.js';
import { vmSpecSchema } from '../spec/schema.js';
import type { Place } from './report.js';

/** A spec in the keys that people write. */
export type SpecDocument = z.input<typeof vmSpecSchema>;

type Section = keyof SpecDocument;
type Value<K extends Section> = NonNullable<SpecDocument[K]>;
/** Sections that are maps, the map of those that may be something else too. */
type MapOf<K extends Section> = Extract<Value<K>, Readonly<Record<string, unknown>>>;
type ItemOf<K extends Section> = Extract<Value<K>, readonly unknown[]>[number];

type Data = string | number | boolean | null | readonly Data[] | DataMap | undefined;
interface DataMap {
  [key: string]: Data;
}

interface Origin {
  readonly path: KeyPath;
  readonly place: Place;
}

/** Filled by converters, section by section. */
export class SpecDraft {
  #document: DataMap = {};
  #origins: Origin[] = [];

  /** Sets a section as a whole. */
  set<K extends Section>(section: K, value: Value<K>, place: Place): void {
    // What a user gives to cloud-init is of any shape, and comes from no domain.
    this.#document[section] = value as Data;
    this.#origins.push({ path: [section], place });
  }

  /** Puts keys into a section that is a map: maps merge, lists join, undefined leaves a key alone. */
  merge<K extends Section>(section: K, values: MapOf<K>, place: Place): void {
    const before = this.#document[section];
    const merged = merge(isMap(before) ? before : {}, values as DataMap);
    if (Object.keys(merged).length === 0) return;
    this.#document[section] = merged;
    for (const path of leaves(values as DataMap)) this.#origins.push({ path: [section, ...path], place });
  }

  /** Appends to a section that is a list. */
  add<K extends Section>(section: K, item: ItemOf<K>, place: Place): void {
    const before = this.#document[section];
    const items = isList(before) ? before : [];
    this.#document[section] = [...items, withoutUndefined(item)];
    this.#origins.push({ path: [section, items.length], place });
  }

  /** What a section is so far. */
  get<K extends Section>(section: K): SpecDocument[K] {
    return this.#document[section] as SpecDocument[K];
  }

  /** How many items a list has so far. */
  count(section: Section): number {
    const value = this.#document[section];
    return Array.isArray(value) ? value.length : 0;
  }

  /** The place that a key comes from: that of the key itself, or of what is around it. */
  placeOf(path: KeyPath): Place | undefined {
    const around = this.#origins.filter(
      (origin) =>
        origin.path.length <= path.length && origin.path.every((part, index) => part === path[index]),
    );
    const closest = around.sort((a, b) => b.path.length - a.path.length)[0];
    return closest?.place ?? this.#origins.find(({ path: [section] }) => section === path[0])?.place;
  }

  /** Takes a key or an item out again. @returns whether it was there. */
  remove(path: KeyPath): boolean {
    const [removed, value] = without(this.#document, path);
    if (!removed) return false;
    this.#document = value as DataMap;
    this.#origins = this.#origins.flatMap((origin) => shifted(origin, path));
    return true;
  }

  /** The spec in the order of the schema, which is that of `vm init`. */
  document(): SpecDocument {
    const order = Object.keys(vmSpecSchema.shape);
    const sorted = Object.entries(this.#document).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
    return Object.fromEntries(sorted) as SpecDocument;
  }
}

function isMap(value: Data): value is DataMap {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** Array.isArray forgets what a list that can't be written to is of. */
function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value);
}

function merge(before: DataMap, values: DataMap): DataMap {
  const merged = { ...before };
  for (const [key, value] of Object.entries(values)) {
    const known = merged[key];
    if (value === undefined) continue;
    if (isMap(known) && isMap(value)) merged[key] = merge(known, value);
    else if (isMap(value)) {
      const inner = merge({}, value);
      if (Object.keys(inner).length > 0 || Object.keys(value).length === 0) merged[key] = inner;
    } else if (isList(known) && isList(value)) merged[key] = [...known, ...value];
    else merged[key] = withoutUndefined(value);
  }
  return merged;
}

function withoutUndefined(value: Data): Data {
  if (isList(value)) return value.map(withoutUndefined);
  if (!isMap(value)) return value;
  const known = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(known.map(([key, inner]) => [key, withoutUndefined(inner)]));
}

function leaves(values: DataMap): KeyPath[] {
  return Object.entries(values).flatMap(([key, value]): KeyPath[] => {
    if (value === undefined) return [];
    const inner = isMap(value) ? leaves(value) : [];
    return inner.length === 0 ? [[key]] : inner.map((path) => [key, ...path]);
  });
}

/** A value without what a path leads to; a map that is empty then stays, as `smbios: {}` means nothing. */
function without(value: Data, [first, ...rest]: KeyPath): [boolean, Data] {
  if (isList(value) && typeof first === 'number') {
    if (first >= value.length) return [false, value];
    if (rest.length === 0) return [true, value.filter((_, index) => index !== first)];
    const [removed, inner] = without(value[first], rest);
    return [removed, value.map((item, index) => (index === first ? inner : item))];
  }
  const key = String(first);
  if (!isMap(value) || !Object.hasOwn(value, key)) return [false, value];
  if (rest.length > 0) {
    const [removed, inner] = without(value[key], rest);
    return [removed, { ...value, [key]: inner }];
  }
  return [true, Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))];
}

/** An origin after something was taken out: gone with it, or one place up behind it in the list. */
function shifted(origin: Origin, removed: KeyPath): Origin[] {
  const depth = removed.length - 1;
  const last = removed[depth];
  const there = origin.path[depth];
  if (!removed.slice(0, depth).every((part, index) => part === origin.path[index])) return [origin];
  if (there === last) return [];
  if (typeof last !== 'number' || typeof there !== 'number' || there < last) return [origin];
  return [{ ...origin, path: origin.path.with(depth, there - 1) }];
}
