/** `extends`: a spec that stands on another one. Pure; reading the other one is the caller's. */
import { posix as path } from 'node:path';
import { SpecError, type SpecIssue } from './error.js';
import { parseSpec } from './parse.js';
import { type Position, stdinFile } from './position.js';
import { printable, shown } from './printable.js';
import { decode, type SpecSource } from './source.js';
import { type MapNode, mergeMaps } from './tree.js';

/** A longer chain is one that never ends. */
const longestChain = 16;

export interface Chain {
  /** Everything merged, without the key `extends`. */
  readonly root: MapNode;
  /** Every file that was read, the spec itself first. */
  readonly files: ReadonlyMap<string, { readonly folder: string; readonly text: string }>;
}

/**
 * Reads a spec and those below it. Maps merge key by key; lists and single values replace what is below.
 * @param read gives the source of an absolute path, and throws if it can't.
 * @throws SpecError if one of them can't be read or parsed, or the chain is a circle or longer than 16.
 */
export function followExtends(source: SpecSource, read: ((path: string) => SpecSource) | undefined): Chain {
  const files = new Map<string, { folder: string; text: string }>();
  const layers: MapNode[] = [];
  for (let next: SpecSource | undefined = source; next; ) {
    const text = decode(next);
    if (typeof text !== 'string') throw new SpecError([text]);
    files.set(next.file, { folder: next.folder, text });
    const { base, own } = splitExtends(parseSpec(next.file, text));
    layers.push(own);
    next = base && below(base, next.folder, files, read);
  }
  const root = layers.reduceRight((base, own) => mergeMaps(base, own));
  return { root, files };
}

interface Base {
  readonly value: unknown;
  readonly position: Position;
}

function splitExtends(root: MapNode): { base: Base | undefined; own: MapNode } {
  const entry = root.entries.get('extends');
  if (!entry) return { base: undefined, own: root };
  const entries = new Map(root.entries);
  entries.delete('extends');
  const { node } = entry;
  const value = node.kind === 'scalar' ? node.value : node.kind === 'list' ? node.items : {};
  return { base: { value, position: node.position }, own: { ...root, entries } };
}

function below(
  { value, position }: Base,
  folder: string,
  files: Chain['files'],
  read: ((path: string) => SpecSource) | undefined,
): SpecSource {
  const fail = (message: string, hint: string): SpecError => {
    const issue: SpecIssue = { ...position, key: 'extends', message, hint };
    return new SpecError([issue], new Map([...files].map(([file, { text }]) => [file, text])));
  };
  if (typeof value !== 'string' || value === '' || value.includes('\0')) {
    throw fail(`must be the path of one spec, not ${shown(value)}`, 'write extends: base.yaml');
  }
  const file = path.resolve(folder, value);
  const circle = (again: string) =>
    fail(`goes in a circle: ${circleOf(again, files)}`, 'remove one of these extends');
  if (files.has(file)) throw circle(file);
  if (files.size >= longestChain)
    throw fail(`is a chain of more than ${longestChain} specs`, 'put what they share into one');
  if (!read) throw fail('other files cannot be read here', 'write its keys out');
  const source = readOrFail(file, read, (reason) =>
    fail(
      `${printable(value)} cannot be read: ${reason}`,
      `its path is relative to ${position.file === stdinFile ? 'the current folder' : 'this file'}`,
    ),
  );
  if (files.has(source.file)) throw circle(source.file);
  return source;
}

function readOrFail(
  file: string,
  read: (path: string) => SpecSource,
  fail: (reason: string) => SpecError,
): SpecSource {
  try {
    return read(file);
  } catch (error) {
    throw fail(reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'this user may not read it';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : String(error);
}

function circleOf(file: string, files: Chain['files']): string {
  const chain = [...files.keys()];
  const from = Math.max(0, chain.indexOf(file));
  return [...chain.slice(from), file].map((name) => path.basename(name)).join(' → ');
}
