/** The journal of what was changed on the host: written before anything is, so that what was killed half way can be put back. */
import { readFileSync } from 'node:fs';
import { rename, unlink, writeFile } from 'node:fs/promises';
import { VmError } from '../../errors.js';
import type { ValueChange } from '../settings/setting.js';

/** What to put back. */
export type Undo =
  | {
      readonly kind: 'value';
      readonly path: string;
      readonly from: string;
      readonly to: string;
      readonly while?: ValueChange['while'];
    }
  | { readonly kind: 'file'; readonly path: string; readonly before: string | null; readonly after: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'mount'; readonly path: string };

/** What is the same thing of the host has the same key. */
function keyOf(undo: Undo): string {
  return undo.kind === 'module' ? `module ${undo.name}` : `${undo.kind} ${undo.path}`;
}

/** Joins what is known with what is to come: the first state of a thing is the one that is put back. Pure. */
export function joinUndo(known: readonly Undo[], coming: readonly Undo[]): Undo[] {
  const joined = new Map(known.map((undo) => [keyOf(undo), undo]));
  for (const undo of coming) {
    const first = joined.get(keyOf(undo));
    joined.set(keyOf(undo), first === undefined ? undo : continued(first, undo));
  }
  return [...joined.values()];
}

function continued(first: Undo, next: Undo): Undo {
  if (first.kind === 'value' && next.kind === 'value') return { ...first, ...next, from: first.from };
  if (first.kind === 'file' && next.kind === 'file') return { ...next, before: first.before };
  return first;
}

/**
 * @returns nothing where there is no journal.
 * @throws VmError `state.journal`: it can't be read as one.
 */
export function readJournal(path: string): Undo[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const undo = parseJournal(text);
  if (undo !== undefined) return undo;
  throw new VmError('state.journal', `${path} is no journal of this version of vm`, {
    hint: 'It says what the host had before: put that back by hand, then remove the file.',
  });
}

/** Pure. @returns undefined for anything else. */
export function parseJournal(text: string): Undo[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.version !== 1 || !Array.isArray(value.undo)) return undefined;
  const entries: readonly unknown[] = value.undo;
  return entries.every(isUndo) ? [...entries] : undefined;
}

function isUndo(value: unknown): value is Undo {
  if (!isObject(value)) return false;
  const { kind, path, from, to, before, after } = value;
  if (kind === 'module') return typeof value.name === 'string';
  if (typeof path !== 'string' || !path.startsWith('/')) return false;
  if (kind === 'value') return typeof from === 'string' && typeof to === 'string';
  if (kind === 'file') return (before === null || typeof before === 'string') && typeof after === 'string';
  return kind === 'folder' || kind === 'mount';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only the holder of the lock may write. An empty journal is none. */
export async function writeJournal(path: string, undo: readonly Undo[]): Promise<void> {
  if (undo.length === 0) return unlink(path).catch(() => undefined);
  const draft = `${path}.new`;
  await writeFile(draft, `${JSON.stringify({ version: 1, undo }, null, 1)}\n`, { mode: 0o600, flush: true });
  await rename(draft, path);
}
