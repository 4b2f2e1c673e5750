/** Rolls back what a killed `vm` or a QEMU that ended by itself left behind. Every command begins with it. */
import { existsSync } from 'node:fs';
import type { VmPaths, VmRoots } from '../plan/paths.js';
import { livingQemu } from './alive.js';
import { claimsLock } from './claims.js';
import { type FolderContent, folderContent } from './folder.js';
import { cleaning, isLocked, tryLock } from './lock.js';
import { pathsOf, vmNames } from './names.js';
import { isAlive } from './process.js';
import { type RecordFile, readRecord } from './record.js';
import { endedOrderly } from './state.js';
import { undo } from './teardown.js';

/** A VM that can't be rolled back keeps none of the others from it: a command on that VM will tell. */
export async function recoverAll(roots: VmRoots): Promise<void> {
  await Promise.allSettled(vmNames(roots).map((name) => recover(pathsOf(name))));
  await removeStaleLock(claimsLock(roots));
}

async function removeStaleLock(path: string): Promise<void> {
  if (existsSync(path)) await (await tryLock(path, cleaning))?.remove();
}

/**
 * Rolls this VM back if it is a leftover. What a live command works on is left alone: it holds the lock.
 * @throws VmError where something can't be given back.
 */
export async function recover(paths: VmPaths): Promise<void> {
  if (!existsSync(paths.folder) || !isLeftover(paths, readRecord(paths))) return;
  const held = await tryLock(paths.lock, cleaning);
  if (held === undefined) return;
  try {
    const record = readRecord(paths);
    // Files that somebody removed by hand: of a QEMU that lives without them nobody knows enough to end it.
    const lost = record === 'none' && (await isLocked(paths.aliveLock));
    if (record !== 'broken' && isLeftover(paths, record) && !lost) await undo(paths, held, record);
  } finally {
    await held.release();
  }
}

/** In a folder that somebody else uses too, or made, nothing is ours to take away. */
function isAbandoned({ ours, foreign }: FolderContent): boolean {
  return ours && !foreign;
}

/**
 * A folder without record, a launch or a stop whose `vm` was killed, a guest that powered off. A stop that was killed while QEMU lives
 * is none: the VM goes on as it is. Neither is a crash, which is shown until `up`, `down` or `remove`.
 */
function isLeftover(paths: VmPaths, record: RecordFile): boolean {
  if (record === 'broken') return false;
  if (record === 'none') return isAbandoned(folderContent(paths));
  // A launch holds the lock to its end: one that does not has failed to undo itself, even if its process goes on.
  if (record.phase === 'starting') return true;
  if (livingQemu(paths, record) !== undefined) return false;
  return record.phase === 'stopping' ? !isAlive(record.commander) : endedOrderly(paths, record);
}
