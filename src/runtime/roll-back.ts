/** The rolling back of a leftover, once it is known that there is one. */
import type { VmPaths } from '../plan/paths.js';
import { isLeftover } from './leftover.js';
import { cleaning, staysLocked, tryLeftLock, tryLock } from './lock.js';
import { readRecord } from './record.js';
import { undo } from './teardown.js';

/**
 * Looks again under the lock: somebody may have been quicker.
 * @throws VmError where something can't be given back.
 */
export async function rollBack(paths: VmPaths): Promise<void> {
  const held = await tryLeftLock(paths.lock, cleaning);
  if (held === undefined) return;
  try {
    const record = readRecord(paths);
    // Files that somebody removed by hand: of a QEMU that lives without them nobody knows enough to end it.
    const lost = record === 'none' && (await staysLocked(paths.aliveLock));
    if (record !== 'broken' && isLeftover(paths, record) && !lost) await undo(paths, held, record);
  } finally {
    await held.release();
  }
}

/** Removes a lock that its holder, killed, has left. */
export async function removeStaleLock(path: string): Promise<void> {
  await (await tryLock(path, cleaning))?.remove();
}
