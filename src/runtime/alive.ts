/**
 * Which QEMU belongs to a VM. QEMU holds a POSIX lock on its pidfile from 15 to 20 ms after its start to its end; until then it is
 * known by a descriptor that it inherits, on a file of this VM.
 */
import type { VmPaths } from '../plan/paths.js';
import { pidfileHolder } from './pidfile.js';
import { isAlive, type ProcessIdentity } from './process.js';
import type { VmRecord } from './record.js';

/**
 * The QEMU of this record, if it lives: the process that was noted, known by its start time and boot, or the one that holds the
 * pidfile, where the launcher was killed before it could note it.
 */
export function livingQemu(paths: VmPaths, { qemu }: Pick<VmRecord, 'qemu'>): ProcessIdentity | undefined {
  return qemu !== null && isAlive(qemu) ? qemu : pidfileHolder(paths);
}
