/**
 * Rolls back what a killed `vm` or a QEMU that ended by itself left behind. Every command begins with it, so what only a rollback needs is
 * loaded when there is one.
 */
import { existsSync } from 'node:fs';
import type { VmPaths, VmRoots } from '../plan/paths.js';
import { isLeftover } from './leftover.js';
import { removeDead } from './lock.js';
import { pathsOf, vmNames } from './names.js';
import { type RecordFile, readRecord } from './record.js';
import { claimsLock } from './roots.js';

/**
 * A VM that can't be rolled back keeps none of the others from it: a command on that VM will tell.
 * @returns what is known of each VM then.
 */
export async function recoverAll(roots: VmRoots): Promise<ReadonlyMap<string, RecordFile>> {
  const recovered = vmNames(roots).map(async (name) => {
    const paths = pathsOf(name);
    return [name, await recover(paths).catch(() => readRecord(paths))] as const;
  });
  const records = new Map(await Promise.all(recovered));
  await removeDead(claimsLock(roots));
  return records;
}

/**
 * Rolls this VM back if it is a leftover. What a live command works on is left alone: it holds the lock.
 * @returns what is known of it then.
 * @throws VmError where something can't be given back.
 */
export async function recover(paths: VmPaths): Promise<RecordFile> {
  if (!existsSync(paths.folder)) return 'none';
  const record = readRecord(paths);
  if (!isLeftover(paths, record)) return record;
  await (await import('./roll-back.js')).rollBack(paths);
  return readRecord(paths);
}
