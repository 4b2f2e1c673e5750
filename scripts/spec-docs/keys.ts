/** The keys below a key of the spec, with those that depend on its `type` apart. Pure. */
import type { JsonSchema } from '../../src/spec/json-schema.js';
import { alternatives, code, typeText, variantName } from './types.js';

/** One line of a table; cells are Markdown. */
export interface Row {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly description: string;
}

/** What one `type` of a map has besides the keys of all its types. */
export interface Variant {
  readonly name: string;
  readonly description: string;
  readonly rows: readonly Row[];
  /** Where the same variant is written out; then there are no rows. */
  readonly as: string | undefined;
}

export interface Group {
  readonly path: string;
  readonly variants: readonly Variant[];
}

/** Maps with fewer keys are written out wherever they stand. */
const fewKeys = 3;

/** Walks schemas in their own order, and remembers which shared parts were written out already, and where. */
export class KeyWalk {
  private readonly written = new Map<string, string>();
  private groups: Group[] = [];

  /** The rows below a top-level key, and the groups of variants that were met on the way, outer ones first. */
  section(schema: JsonSchema, path: string): { rows: readonly Row[]; groups: readonly Group[] } {
    this.groups = [];
    const rows = this.below(schema, path);
    return { rows, groups: this.groups };
  }

  private below(schema: JsonSchema, path: string): Row[] {
    const all = alternatives(schema);
    const variants = all.filter((one) => variantName(one) !== undefined);
    const others = all.filter((one) => variantName(one) === undefined);
    return [...this.variants(variants, path), ...others.flatMap((one) => this.parts(one, path))];
  }

  private parts({ items, properties, additionalProperties, required }: JsonSchema, path: string): Row[] {
    if (items) return this.below(items, `${path}[]`);
    if (typeof additionalProperties === 'object') return this.below(additionalProperties, `${path}.NAME`);
    if (!properties) return [];
    const as = Object.keys(properties).length > fewKeys ? this.writtenAt(properties, path) : undefined;
    if (as !== undefined) return [sameKeys(path, as)];
    return this.properties(properties, required, path);
  }

  private properties(
    properties: Record<string, JsonSchema>,
    required: JsonSchema['required'],
    path: string,
  ): Row[] {
    return Object.entries(properties).flatMap(([name, schema]) => {
      const key = `${path}.${name}`;
      return [rowOf(key, schema, required?.includes(name) ?? false), ...this.below(schema, key)];
    });
  }

  /** The keys that all variants have are rows as others are; the rest goes into a group. */
  private variants(variants: readonly JsonSchema[], path: string): Row[] {
    const [first] = variants;
    if (!first) return [];
    const as = this.writtenAt([topLevel(path), variants], path);
    if (as !== undefined) return [sameKeys(path, as)];
    const common = Object.entries(first.properties ?? {}).filter(([name, schema]) =>
      variants.every((one) => JSON.stringify(one.properties?.[name]) === JSON.stringify(schema)),
    );
    const names = new Set(['type', ...common.map(([name]) => name)]);
    const type: JsonSchema = { enum: variants.map(variantName) };
    const group: { path: string; variants: Variant[] } = { path, variants: [] };
    this.groups.push(group);
    const rows = [
      rowOf(
        `${path}.type`,
        type,
        variants.every(({ required }) => required?.includes('type')),
      ),
      ...this.properties(Object.fromEntries(common), first.required, path),
    ];
    group.variants.push(...variants.map((one) => this.variant(one, names, path)));
    return rows;
  }

  private variant(schema: JsonSchema, common: ReadonlySet<string>, path: string): Variant {
    const own = Object.entries(schema.properties ?? {}).filter(([name]) => !common.has(name));
    const name = variantName(schema) ?? '';
    const description = schema.properties?.type?.description ?? schema.description ?? '';
    const as = this.writtenAt([name, description, own], path);
    const rows = as === undefined ? this.properties(Object.fromEntries(own), schema.required, path) : [];
    return { name, description, rows, as };
  }

  /** Where the same was written out before, if it was; else from now on it is here. */
  private writtenAt(part: unknown, path: string): string | undefined {
    const text = JSON.stringify(part);
    const before = this.written.get(text);
    if (before === undefined) this.written.set(text, path);
    return before;
  }
}

/** The top-level key that a key is below. */
export function topLevel(path: string): string {
  return /^\w+/.exec(path)?.[0] ?? path;
}

function sameKeys(path: string, as: string): Row {
  return { key: `${path}.*`, type: '', fallback: '', description: `the same keys as ${code(`${as}.*`)}` };
}

function rowOf(key: string, schema: JsonSchema, required: boolean): Row {
  return {
    key,
    type: typeText(schema),
    fallback: required ? 'required' : defaultText(schema),
    description: descriptionText(schema),
  };
}

/** An empty map as default only says that the keys below have theirs. */
export function defaultText({ default: value }: JsonSchema): string {
  return value === undefined || JSON.stringify(value) === '{}' ? '' : code(value);
}

/** The description of a key, and those of its alternatives. */
export function descriptionText(schema: JsonSchema): string {
  const below = alternatives(schema).filter((one) => one !== schema && variantName(one) === undefined);
  return [...new Set([schema, ...below].flatMap(({ description }) => description ?? []))].join('; ');
}
