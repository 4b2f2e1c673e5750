/** What is in the folder of a VM: what has another name than these is not ours, and is left alone. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { serialSocket, type VmPaths } from '../plan/paths.js';

/** Every file that a VM can have there, but its lock and its record. */
export function looseFiles(paths: VmPaths): string[] {
  const { record, aliveLock, pidfile, control, events, user, agent, vnc } = paths;
  const serial = [0, 1, 2, 3].map((index) => serialSocket(paths, index));
  return [aliveLock, pidfile, draftOf(record), control, events, user, agent, vnc, ...serial];
}

/** A record before it takes the place of the one before. */
export function draftOf(record: string): string {
  return `${record}.new`;
}

export interface FolderContent {
  readonly ours: boolean;
  readonly foreign: boolean;
}

/** What is in it; where there is no folder, nothing. */
export function folderContent(paths: VmPaths): FolderContent {
  const names = new Set([paths.lock, paths.record, ...looseFiles(paths)].map((path) => basename(path)));
  const isOurs = (entry: { readonly name: string; isDirectory(): boolean }) =>
    names.has(entry.name) && !entry.isDirectory();
  try {
    const entries = readdirSync(paths.folder, { withFileTypes: true });
    return { ours: entries.some(isOurs), foreign: !entries.every(isOurs) };
  } catch {
    return { ours: false, foreign: false };
  }
}
