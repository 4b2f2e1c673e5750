/** `--set KEY=VALUE`: single keys of a spec set on the command line. Pure. */
import { type KeyIssue, SpecError, type SpecIssue } from './error.js';
import { type JsonSchema, specJsonSchema } from './json-schema.js';
import { type KeyPath, parseKey } from './key.js';
import { parseNode } from './parse.js';
import { overrideFile, type Position } from './position.js';
import { printable } from './printable.js';
import { child, type MapNode, type SpecNode } from './tree.js';
import { schemasAt, wantsText } from './wanted.js';

/**
 * Applies overrides in the order given. The value is YAML (`4`, `true`, `{cores: 2, threads: 2}`, `[disk, net]`) and replaces what is
 * there; where a key takes nothing but text, it is that text as it stands, unless all of it is in quotes. Indexes count from 0; the one
 * after the last item adds an item.
 * @returns what could not be applied as issues; whether keys and values are right is the schema's to say.
 */
export function applyOverrides(
  root: MapNode,
  overrides: readonly string[],
): { root: MapNode; issues: SpecIssue[] } {
  const issues: SpecIssue[] = [];
  let changed: SpecNode = root;
  const schema = overrides.length > 0 ? specJsonSchema() : {};
  for (const [index, override] of overrides.entries()) {
    const position: Position = { file: overrideFile, line: index + 1, column: 1 };
    const result = applyOne(changed, override, position, schema);
    if ('issue' in result) issues.push({ ...position, ...result.issue });
    else changed = result.node;
  }
  return { root: changed.kind === 'map' ? changed : root, issues };
}

type Outcome = { node: SpecNode } | { issue: KeyIssue };

function applyOne(root: SpecNode, override: string, position: Position, schema: JsonSchema): Outcome {
  const equals = override.indexOf('=');
  const key = (equals === -1 ? override : override.slice(0, equals)).trim();
  const path = parseKey(key);
  if (equals === -1 || !path) {
    return {
      issue: {
        key: '',
        message: `${printable(override)} is no KEY=VALUE`,
        hint: 'write it as in --set cpu.vcpus=4 or --set disks[0].cache=none',
      },
    };
  }
  if (path[0] === 'extends' || path.includes('__proto__')) {
    return { issue: { key, message: 'cannot be set on the command line', hint: 'write it into a spec' } };
  }
  const value = parseValue(override.slice(equals + 1), position, wantsText(schemasAt(schema, root, path)));
  if (!value)
    return {
      issue: {
        key,
        message: `${printable(override.slice(equals + 1))} is no YAML value`,
        hint: 'put it in quotes',
      },
    };
  return setAt(root, path, value, position, key);
}

function parseValue(written: string, position: Position, text: boolean): SpecNode | undefined {
  const trimmed = written.trim();
  if (trimmed === '' || (text && !/^(?:".*"|'.*')$/s.test(trimmed)))
    return { kind: 'scalar', value: written, position };
  try {
    return standAt(parseNode(overrideFile, trimmed), position);
  } catch (error) {
    if (error instanceof SpecError) return undefined;
    throw error;
  }
}

/** An override has one place, whatever is in it. */
function standAt(node: SpecNode, position: Position): SpecNode {
  if (node.kind === 'scalar') return { ...node, position };
  if (node.kind === 'list')
    return { ...node, position, items: node.items.map((item) => standAt(item, position)) };
  const entries = [...node.entries].map(
    ([key, entry]) => [key, { key: position, node: standAt(entry.node, position) }] as const,
  );
  return { ...node, position, entries: new Map(entries) };
}

function setAt(
  node: SpecNode | undefined,
  path: KeyPath,
  value: SpecNode,
  position: Position,
  key: string,
): Outcome {
  const [part, ...rest] = path;
  if (part === undefined) return { node: value };
  const inner = setAt(node && child(node, part), rest, value, position, key);
  if ('issue' in inner) return inner;
  if (typeof part === 'string') {
    const map: MapNode = node?.kind === 'map' ? node : { kind: 'map', entries: new Map(), position };
    const place = rest.length === 0 ? position : (map.entries.get(part)?.key ?? position);
    return { node: { ...map, entries: new Map(map.entries).set(part, { key: place, node: inner.node }) } };
  }
  const list = node?.kind === 'list' ? node : { kind: 'list' as const, items: [], position };
  if (part > list.items.length) {
    const count = list.items.length;
    const has = count === 0 ? 'the list is empty' : `the list ends with [${count - 1}]`;
    return { issue: { key, message: `there is no [${part}]: ${has}`, hint: `[${count}] adds an item` } };
  }
  return {
    node: { ...list, items: [...list.items.slice(0, part), inner.node, ...list.items.slice(part + 1)] },
  };
}
