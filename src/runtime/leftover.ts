/** Which VMs are leftovers, to be rolled back. */
import type { VmPaths } from '../plan/paths.js';
import { livingQemu } from './alive.js';
import { type FolderContent, folderContent } from './folder.js';
import { isAlive } from './process.js';
import type { RecordFile } from './record.js';
import { endedOrderly } from './state.js';

/** In a folder that somebody else uses too, or made, nothing is ours to take away. */
function isAbandoned({ ours, foreign }: FolderContent): boolean {
  return ours && !foreign;
}

/**
 * A folder without record, a launch or a stop whose `vm` was killed, a guest that powered off. A stop that was killed while QEMU lives
 * is none: the VM goes on as it is. Neither is a crash, which is shown until `up`, `down` or `remove`.
 */
export function isLeftover(paths: VmPaths, record: RecordFile): boolean {
  if (record === 'broken') return false;
  if (record === 'none') return isAbandoned(folderContent(paths));
  // A launch holds the lock to its end: one that does not has failed to undo itself, even if its process goes on.
  if (record.phase === 'starting') return true;
  if (livingQemu(paths, record) !== undefined) return false;
  return record.phase === 'stopping' ? !isAlive(record.commander) : endedOrderly(paths, record);
}
