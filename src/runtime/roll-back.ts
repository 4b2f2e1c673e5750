/** The rolling back of a leftover, once it is known that there is one. */
import type { VmPaths } from '../plan/paths.js';
import { inheritingQemu } from './any-qemu.js';
import { isLeftover } from './leftover.js';
import { cleaning, tryLock } from './lock.js';
import { readRecord } from './record.js';
import { undo } from './teardown.js';

/**
 * Looks again under the lock: somebody may have been quicker.
 * @throws VmError where something can't be given back.
 */
export async function rollBack(paths: VmPaths): Promise<void> {
  const held = await tryLock(paths.lock, cleaning);
  if (held === undefined) return;
  try {
    const record = readRecord(paths);
    // Files that somebody removed by hand: of a QEMU that lives without them nobody knows enough to end it.
    const lost = record === 'none' && (await inheritingQemu(paths)) !== undefined;
    if (record !== 'broken' && isLeftover(paths, record) && !lost) await undo(paths, held, record);
  } finally {
    held.release();
  }
}
