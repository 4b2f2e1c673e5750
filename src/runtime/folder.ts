/** What is in the folder of a VM: what has another name than these is not ours, and is left alone. */
import { type Dirent, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { VmPaths } from '../plan/paths.js';

/** What every VM has there at some time, but its lock and its record. */
function fixedFiles({ record, aliveFile, pidfile, control, events, user }: VmPaths): string[] {
  return [aliveFile, pidfile, draftOf(record), control, events, user];
}

/** Every file that is there or can be, but its lock and its record. */
export function looseFiles(paths: VmPaths): string[] {
  const ofDevices = entriesOf(paths).filter(isOfDevice);
  return [...fixedFiles(paths), ...ofDevices.map(({ name }) => join(paths.folder, name))];
}

/** A socket of QEMU or of a process beside it, called by its device; what such a process is known by; the mark of an image that a launch made. */
function isOfDevice(entry: Dirent): boolean {
  return /\.(sock|sock\.pid|alive|made)$/.test(entry.name) && (entry.isSocket() || entry.isFile());
}

/** A record before it takes the place of the one before. */
export function draftOf(record: string): string {
  return `${record}.new`;
}

export interface FolderContent {
  /** Something is there that only a VM has: other programs have folders with sockets too. */
  readonly ours: boolean;
  /** Something is there that no VM has. */
  readonly foreign: boolean;
}

/** What is in it; where there is no folder, nothing. */
export function folderContent(paths: VmPaths): FolderContent {
  const fixed = new Set([paths.record, ...fixedFiles(paths)].map((path) => basename(path)));
  const isOurs = (entry: Dirent) =>
    entry.name === basename(paths.lock)
      ? entry.isSymbolicLink()
      : fixed.has(entry.name) && !entry.isDirectory();
  const entries = entriesOf(paths);
  return {
    ours: entries.some(isOurs),
    foreign: !entries.every((entry) => isOurs(entry) || isOfDevice(entry)),
  };
}

function entriesOf({ folder }: VmPaths): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
