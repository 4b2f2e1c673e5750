/** A network's file to a checked definition. Pure: the text comes in. */
import { posix as path } from 'node:path';
import * as z from 'zod';
import { SpecError, type SpecIssue } from '../spec/error.js';
import { explainAll } from '../spec/explain.js';
import type { JsonSchema } from '../spec/json-schema.js';
import { parseKey } from '../spec/key.js';
import { parseSpec } from '../spec/parse.js';
import { decode, type SpecSource } from '../spec/source.js';
import { findNearest, type MapNode, toValue } from '../spec/tree.js';
import { checkNetwork } from './check.js';
import { type NetworkDefinition, networkSchema } from './definition.js';

/** @throws SpecError with all that is wrong, and nothing else, whatever the text is. */
export function loadNetwork(source: SpecSource): NetworkDefinition {
  const text = decode(source);
  if (typeof text !== 'string') throw new SpecError([text], new Map(), source.folder);
  const root = withName(parseSpec(source.file, text), source.file);
  const parsed = networkSchema.safeParse(toValue(root), { error: () => '' });
  const issues: SpecIssue[] = parsed.success
    ? checkNetwork(parsed.data).map(({ key, ...words }) => ({ ...placeOf(root, key), key, ...words }))
    : explainAll(root, parsed.error.issues, networkJsonSchema);
  if (!parsed.success || issues.length > 0)
    throw new SpecError(issues, new Map([[source.file, text]]), source.folder);
  return parsed.data;
}

function networkJsonSchema(): JsonSchema {
  return z.toJSONSchema(networkSchema, { io: 'input', target: 'draft-2020-12' }) as JsonSchema;
}

function withName(root: MapNode, file: string): MapNode {
  if (root.entries.has('name')) return root;
  const position = { file, line: 1, column: 1 };
  const name = { kind: 'scalar' as const, value: path.parse(file).name, position };
  return { ...root, entries: new Map(root.entries).set('name', { key: position, node: name }) };
}

function placeOf(root: MapNode, key: string) {
  return findNearest(root, parseKey(key) ?? []).node.position;
}
