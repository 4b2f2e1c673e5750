/** Which QEMU belongs to a VM, looked for by every sign: for those who are about to take its files away. */
import type { VmPaths } from '../plan/paths.js';
import { livingQemu } from './alive.js';
import { isLocked } from './lock.js';
import { identifyFile, isOpenAs, otherProcesses } from './open-files.js';
import { pidfileHolder } from './pidfile.js';
import { identify, type ProcessIdentity } from './process.js';
import type { RecordFile } from './record.js';

/**
 * {@link livingQemu} by every sign there is, for those who are about to take its files away. Only for the holder of the VM's lock: others
 * who look at the descriptor hold it for a moment.
 */
export async function anyQemu(paths: VmPaths, record: RecordFile): Promise<ProcessIdentity | undefined> {
  const known = typeof record === 'object' ? livingQemu(paths, record) : pidfileHolder(paths);
  return known ?? (await inheritingQemu(paths));
}

/** The descriptor by which QEMU inherits the lock. */
const inheritedDescriptor = 3;

/** The QEMU that inherited this VM's descriptor and has not got round to its pidfile. Looks through all processes: slow. */
async function inheritingQemu({ aliveLock }: VmPaths): Promise<ProcessIdentity | undefined> {
  if (!(await isLocked(aliveLock))) return undefined;
  const file = identifyFile(aliveLock);
  if (file === undefined) return undefined;
  const pid = otherProcesses().find((candidate) => isOpenAs(candidate, inheritedDescriptor, file));
  return pid === undefined ? undefined : identify(pid);
}
