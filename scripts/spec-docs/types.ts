/** What may be written for a key, in words. Pure. */

import type { JsonSchema } from '../../src/spec/json-schema.js';

/** A value as one writes it in a spec, in a code span. */
export function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** The alternatives of a schema, unions within unions taken apart; a schema that is no union is its only one. */
export function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const union = schema.anyOf ?? schema.oneOf;
  return union ? union.flatMap(alternatives) : [schema];
}

/** The value of `type` that an alternative stands for, if it is one of those that are told apart by it. */
export function variantName(schema: JsonSchema): string | undefined {
  const name = schema.properties?.type?.const;
  return typeof name === 'string' ? name : undefined;
}

/** Types and allowed values of a key: `auto`, true or false. */
export function typeText(schema: JsonSchema): string {
  const parts = [...new Set(alternatives(schema).flatMap(single))];
  const last = parts.pop() ?? 'anything';
  return parts.length > 0 ? `${parts.join(', ')} or ${last}` : last;
}

const names: Readonly<Record<string, readonly string[]>> = {
  string: ['text'],
  boolean: [code(true), code(false)],
  object: ['map'],
};

function single(schema: JsonSchema): string[] {
  if (schema.const !== undefined) return [code(schema.const)];
  if (schema.enum) return schema.enum.map(code);
  if (schema.type === 'array') return [`list of ${schema.items ? itemText(schema.items) : 'anything'}`];
  if (schema.type === 'integer' || schema.type === 'number') return [`${schema.type}${rangeText(schema)}`];
  if (typeof schema.additionalProperties === 'object') {
    return [`map of names to ${itemText(schema.additionalProperties)}`];
  }
  return [schema.type ?? []].flat().flatMap((name) => names[name] ?? name);
}

/** As `typeText`, in brackets where it is more than one, so that it can stand within another. */
function itemText(schema: JsonSchema): string {
  const text = typeText(schema);
  return text === 'map' ? 'maps' : / or /.test(text) ? `(${text})` : text;
}

/** Bounds that say only what a double can hold are no bounds of the key. */
function rangeText({ minimum = -Infinity, maximum = Infinity }: JsonSchema): string {
  const from = minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : '';
  return maximum < Number.MAX_SAFE_INTEGER ? `${from}${from ? '' : ' up'} to ${maximum}` : from;
}
