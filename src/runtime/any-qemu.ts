/** Which QEMU belongs to a VM, looked for by every sign: for those who are about to take its files away. */
import type { VmPaths } from '../plan/paths.js';
import { now, pause } from '../qmp/limits.js';
import { livingQemu } from './alive.js';
import { hasOpen, identifyFile, isOpenAs, otherProcesses } from './open-files.js';
import { pidfileHolder } from './pidfile.js';
import { identify, type ProcessIdentity } from './process.js';
import type { RecordFile } from './record.js';

/** {@link livingQemu} by every sign there is, for those who are about to take its files away. Only for the holder of the VM's lock. */
export async function anyQemu(paths: VmPaths, record: RecordFile): Promise<ProcessIdentity | undefined> {
  const known = typeof record === 'object' ? livingQemu(paths, record) : pidfileHolder(paths);
  return known ?? (await inheritingQemu(paths));
}

/** The number of the descriptor that QEMU inherits. */
const inheritedDescriptor = 3;

/** Seconds that a process whose launcher was killed may take from its fork to its program; it takes some microseconds. */
const birthPatience = 0.1;

/** The QEMU that inherited this VM's descriptor, and has not got round to its pidfile. Looks through all processes: slow. */
export async function inheritingQemu({ aliveFile }: VmPaths): Promise<ProcessIdentity | undefined> {
  const file = identifyFile(aliveFile);
  if (file === undefined) return undefined;
  const start = now();
  for (;;) {
    const holders = otherProcesses().filter((pid) => hasOpen(pid, file));
    const pid = holders.find((candidate) => isOpenAs(candidate, inheritedDescriptor, file));
    if (pid !== undefined) return identify(pid);
    // By another number it is anybody who reads the file, or one that is being born.
    if (holders.length === 0 || now() - start >= birthPatience * 1000) return undefined;
    await pause(0.005);
  }
}
