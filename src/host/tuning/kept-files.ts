/** Writes the files of ours, and takes them away; what is not ours is never touched. */
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { posix } from 'node:path';
import { VmError } from '../../errors.js';
import type { Root } from '../root.js';
import type { Fragment, KeptFile } from '../settings/setting.js';
import { keptPaths, linesOf, parseKept, renderKept } from './kept-text.js';

export interface KeptFragment {
  readonly id: string;
  readonly fragment: Fragment;
}

/** A file of ours that is to be written. */
export interface KeptChange {
  readonly file: KeptFile;
  readonly path: string;
  /** Null: it is not there. */
  readonly before: string | null;
  readonly after: string;
  readonly ids: readonly string[];
}

/**
 * What the files are to become. What earlier runs put there for other settings stays.
 * @throws VmError `host.foreign-file`: a file of that name is somebody else's.
 */
export function planKept(
  root: Root,
  fragments: readonly KeptFragment[],
  order: readonly string[],
): KeptChange[] {
  const files = new Set(fragments.map(({ fragment }) => fragment.file));
  return [...files].flatMap((file): KeptChange[] => {
    const path = keptPaths[file];
    const before = readOurs(root, path);
    const sections = new Map(before === null ? [] : parseKept(before));
    const ours = fragments.filter(({ fragment }) => fragment.file === file && fragment.lines.length > 0);
    for (const { id, fragment } of ours) sections.set(id, linesOf(fragment));
    const after = renderKept(sections, order);
    if (ours.length === 0 || after === before) return [];
    return [{ file, path, before, after, ids: ours.map(({ id }) => id) }];
  });
}

/** Null: there is none. @throws VmError `host.foreign-file` */
function readOurs(root: Root, path: string): string | null {
  const text = root.text(path);
  if (text === undefined && !isThere(root, path)) return null;
  if (text === undefined || root.link(path) !== undefined || parseKept(text) === undefined) {
    throw new VmError('host.foreign-file', `${path} is there, and is not ours`, {
      hint: 'Move it away, or keep your settings in it yourself: "vm host tune --dry-run --persist" shows them.',
    });
  }
  return text;
}

/** A link that leads nowhere is there too. */
function isThere(root: Root, path: string): boolean {
  return root.exists(path) || root.link(path) !== undefined;
}

/** Folders above a file that are not there, the highest first. */
export function missingFolders(root: Root, path: string): string[] {
  const missing: string[] = [];
  for (let folder = posix.dirname(path); !root.isFolder(folder); folder = posix.dirname(folder))
    missing.unshift(folder);
  return missing;
}

/**
 * Readers see the file before or the file after, never half of one.
 * @throws VmError `host.file` when it can't be written.
 */
export function writeKept(root: Root, path: string, text: string): void {
  try {
    const real = posix.join(makeFolder(root, posix.dirname(path)), posix.basename(path));
    const draft = draftOf(real);
    writeFileSync(draft, text, { mode: 0o644, flag: 'w' });
    renameSync(draft, real);
    if (readFileSync(real, 'utf8') !== text) throw new Error('it reads back as something else');
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/** What is not called .conf, or .cfg, is read by nobody. */
function draftOf(real: string): string {
  return `${real}.vm-new`;
}

function makeFolder(root: Root, folder: string): string {
  const real = root.real(folder);
  if (real !== undefined) return real;
  const made = posix.join(makeFolder(root, posix.dirname(folder)), posix.basename(folder));
  mkdirSync(made, { mode: 0o755, recursive: true });
  // A link that leads nowhere, or out of the tree, is no folder of this root.
  if (!lstatSync(made).isDirectory()) throw new Error(`${folder} is no folder here`);
  return made;
}

/**
 * Puts back what was there before.
 * @param after what we wrote: what was changed since stays.
 * @throws VmError `host.file`
 */
export function restoreKept(root: Root, path: string, before: string | null, after: string): void {
  const folder = root.real(posix.dirname(path));
  if (folder === undefined) return;
  rmSync(draftOf(posix.join(folder, posix.basename(path))), { force: true });
  const now = root.text(path);
  if (now === (before ?? undefined)) return;
  if (now !== undefined && now !== after) throw fileError(path, 'it was changed since; it is left as it is');
  if (before !== null) {
    writeKept(root, path, before);
    return;
  }
  try {
    unlinkSync(root.real(path) ?? path);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/** A folder that holds something else by now stays. */
export function removeFolder(root: Root, path: string): void {
  const real = root.real(path);
  if (real === undefined) return;
  try {
    rmdirSync(real);
  } catch {
    // Somebody else uses it.
  }
}

function fileError(path: string, cause: unknown): VmError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new VmError('host.file', `${path}: ${reason}`, { cause });
}
