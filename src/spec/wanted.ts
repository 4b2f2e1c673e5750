/** What the schema wants at a place of a spec, in words. Pure. */
import type { JsonSchema } from './json-schema.js';
import type { KeyPath } from './key.js';
import { child, type SpecNode } from './tree.js';

/** A schema of one type, without choices in it. */
export type PlainSchema = Omit<JsonSchema, 'type'> & { readonly type?: string };

/** A schema's choices one by one: those of `anyOf`, of `oneOf`, and of several types. */
function alternatives({ type, ...schema }: JsonSchema): readonly PlainSchema[] {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.flatMap(alternatives);
  if (type === undefined) return [schema];
  return typeof type === 'string' ? [{ ...schema, type }] : type.map((one) => ({ ...schema, type: one }));
}

/** The schemas of the value at a path; where `type:` chooses one of several, the chosen one alone. */
export function schemasAt(
  schema: JsonSchema,
  node: SpecNode | undefined,
  path: KeyPath,
): readonly PlainSchema[] {
  const here = chosen(alternatives(schema), node);
  const [part, ...rest] = path;
  if (part === undefined) return here;
  const below = node && child(node, part);
  return here.flatMap((option) => {
    const next = typeof part === 'number' ? option.items : (option.properties?.[part] ?? mapped(option));
    return next ? schemasAt(next, below, rest) : [];
  });
}

const mapped = ({ additionalProperties }: PlainSchema) =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined;

function chosen(options: readonly PlainSchema[], node: SpecNode | undefined): readonly PlainSchema[] {
  const fitting = options.filter(
    ({ type, properties = {}, required = [] }) =>
      (node?.kind !== 'map' || type === undefined || type === 'object') &&
      Object.entries(properties).every(([key, property]) => {
        if (property.const === undefined || !node) return true;
        const tag = child(node, key);
        if (tag === undefined) return !required.includes(key);
        return tag.kind === 'scalar' && tag.value === property.const;
      }),
  );
  return fitting.length > 0 ? fitting : options;
}

/** The names of the keys that a map may have here. */
export function knownKeys(schemas: readonly PlainSchema[]): string[] {
  return [...new Set(schemas.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

/** The single values that may stand here. */
export function knownValues(schemas: readonly PlainSchema[]): unknown[] {
  return schemas.flatMap((schema) => (schema.const !== undefined ? [schema.const] : (schema.enum ?? [])));
}

const typeNames: Readonly<Record<string, readonly string[]>> = {
  string: ['text'],
  integer: ['a whole number'],
  number: ['a number'],
  boolean: ['true', 'false'],
  object: ['a map'],
  array: ['a list'],
};

/** What may stand here, one phrase each: `auto`, `a whole number`. */
export function wantedWords(schemas: readonly PlainSchema[]): string[] {
  const words = schemas.flatMap((schema) => {
    const values = knownValues([schema]).map(String);
    return values.length > 0 ? values : (typeNames[schema.type ?? ''] ?? []);
  });
  return [...new Set(words)];
}

/** Whether only text may stand here. */
export function wantsText(schemas: readonly PlainSchema[]): boolean {
  return schemas.length > 0 && schemas.every((schema) => schema.type === 'string');
}
