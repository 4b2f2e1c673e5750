/** What zod found wrong, in words that name the value, what is wanted and what to do. Pure. */
import type * as z from 'zod';
import type { KeyIssue, SpecIssue } from './error.js';
import type { JsonSchema } from './json-schema.js';
import { formatKey, type KeyPath } from './key.js';
import { nearest } from './nearest.js';
import { anyOf, printable, shown } from './printable.js';
import { find, findNearest, type MapNode, toValue } from './tree.js';
import { knownKeys, knownValues, type PlainSchema, schemasAt, wantedWords } from './wanted.js';

type ZodIssue = z.core.$ZodIssue;
type Words = Omit<KeyIssue, 'key'>;

/**
 * Explains what the schema refused.
 * @param root the spec as written, before paths were made absolute.
 * @param issues made with an error map that answers nothing: only the messages that the schema itself gives are there.
 * @param schemaOf makes what may be written, which takes time that only an error is worth.
 */
export function explainAll(
  root: MapNode,
  issues: readonly ZodIssue[],
  schemaOf: () => JsonSchema,
): SpecIssue[] {
  if (issues.length === 0) return [];
  const schema = schemaOf();
  const placed = issues.flatMap((issue) => flatten(issue, []));
  const explained = placed.flatMap(({ issue, path }) => explain(root, schema, issue, path));
  // Of several reasons against one value the last is the most exact: zod's own bounds come before the schema's.
  return [...new Map(explained.map((issue) => [issue.key, issue])).values()];
}

interface Placed {
  readonly issue: ZodIssue;
  readonly path: KeyPath;
}

const pathOf = (path: readonly PropertyKey[]): KeyPath =>
  path.map((part) => (typeof part === 'number' ? part : String(part)));

/** A union fails as a whole; if one of its forms was clearly meant, what is wrong with that form is the error. */
function flatten(issue: ZodIssue, around: KeyPath): Placed[] {
  const path = [...around, ...pathOf(issue.path)];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const forms = issue.errors.map((errors) => errors.flatMap((error) => flatten(error, path)));
  const sure = forms
    .flat()
    .find((placed) => placed.issue.code === 'custom' && placed.issue.params?.certain === true);
  if (sure) return [sure];
  const meant = forms.filter(
    (form) => form.length > 0 && form.every((placed) => isWithin(placed, path.length)),
  );
  return meant.length === 1 && meant[0] ? meant[0] : [{ issue, path }];
}

/** The outer shape fits: what is wrong is a key, or something inside. */
const isWithin = ({ issue, path }: Placed, depth: number) =>
  path.length > depth ||
  issue.code === 'unrecognized_keys' ||
  issue.code === 'too_small' ||
  issue.code === 'too_big';

function explain(root: MapNode, schema: JsonSchema, issue: ZodIssue, path: KeyPath): SpecIssue[] {
  const { node, depth } = findNearest(root, path);
  const at = (words: Words, key: KeyPath = path): SpecIssue => ({
    ...node.position,
    key: formatKey(key),
    ...words,
  });
  const schemas = schemasAt(schema, root, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const place = node.kind === 'map' ? (node.entries.get(key)?.key ?? node.position) : node.position;
      return { ...place, key: formatKey([...path, key]), ...unknownKey(key, schemas, path, schema) };
    });
  }
  if (issue.code === 'invalid_key') {
    const place = find(root, path.slice(0, -1));
    const key = String(path.at(-1));
    const position = place?.kind === 'map' ? (place.entries.get(key)?.key ?? node.position) : node.position;
    return [
      {
        ...position,
        key: formatKey(path),
        message: `${printable(key)} ${issue.issues[0]?.message || 'is no key here'}`,
      },
    ];
  }
  if (depth < path.length) return [at(missing(schemas))];
  return [at(wrongValue(issue, toValue(node), schemas))];
}

function unknownKey(key: string, schemas: readonly PlainSchema[], path: KeyPath, root: JsonSchema): Words {
  const known = knownKeys(schemas);
  const near = nearest(key, known);
  if (near) return { message: 'unknown key', hint: `did you mean ${near}?` };
  const elsewhere = Object.entries(root.properties ?? {}).find(
    ([section, { properties = {} }]) => section !== path[0] && Object.hasOwn(properties, key),
  );
  if (elsewhere) return { message: 'unknown key', hint: `did you mean ${elsewhere[0]}.${key}?` };
  if (path.length > 0 && Object.hasOwn(root.properties ?? {}, key)) {
    return { message: 'unknown key', hint: `${key} stands at the top of a spec: is it indented too far?` };
  }
  return { message: 'unknown key', hint: `known here: ${known.join(', ')}` };
}

function missing(schemas: readonly PlainSchema[]): Words {
  const values = knownValues(schemas);
  const wanted =
    values.length > 0 ? anyOf([...new Set(values.map(String))]) : schemas[0]?.description?.split(';')[0];
  return {
    message: 'is missing, and has no default',
    ...(wanted === undefined ? {} : { hint: `give it ${wanted}` }),
  };
}

function wrongValue(issue: ZodIssue, value: unknown, schemas: readonly PlainSchema[]): Words {
  if (value === null) return { message: 'has no value', hint: 'give it one, or remove the key' };
  if (issue.message !== '') return { message: `${shown(value)} ${issue.message}` };
  if (issue.code === 'too_big')
    return {
      message: `${shown(value)} is too ${Array.isArray(value) ? 'long' : 'much'}: at most ${issue.maximum}`,
    };
  if (issue.code === 'too_small')
    return { message: `${shown(value)} is too little: at least ${issue.minimum}` };
  if (issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union') {
    const hint = hintFor(value, schemas);
    return {
      message: `must be ${anyOf(wantedWords(schemas))}, not ${shown(value)}`,
      ...(hint === undefined ? {} : { hint }),
    };
  }
  return { message: `${shown(value)} is not right here` };
}

const switches: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  true: true,
  no: false,
  off: false,
  false: false,
};

function hintFor(value: unknown, schemas: readonly PlainSchema[]): string | undefined {
  const types = new Set(schemas.map(({ type }) => type));
  if (typeof value === 'string') {
    if ((types.has('integer') || types.has('number')) && /^\d{1,9}$/.test(value))
      return `write ${value} without quotes`;
    const meant = types.has('boolean') ? switches[value.toLowerCase()] : undefined;
    if (meant !== undefined) return `write ${meant}`;
    const near = nearest(value, knownValues(schemas).map(String));
    return near === undefined ? undefined : `did you mean ${near}?`;
  }
  const single = typeof value === 'number' || typeof value === 'boolean';
  if (single && types.has('string') && knownValues(schemas).length === 0) return `write "${value}" in quotes`;
  return typeof value === 'object' || !types.has('array') ? undefined : 'write it as a list: [ … ]';
}
