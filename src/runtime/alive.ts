/**
 * Which QEMU belongs to a VM. QEMU holds a POSIX lock on its pidfile from 15 to 20 ms after its start to its end; until then it is
 * known by a descriptor that it inherits, on a file that its launcher locked.
 */
import { readdir, readlink, realpath } from 'node:fs/promises';
import type { VmPaths } from '../plan/paths.js';
import { isLocked } from './lock.js';
import { pidfileHolder } from './pidfile.js';
import { identify, isAlive, type ProcessIdentity } from './process.js';
import type { VmRecord } from './record.js';

/**
 * The QEMU of this record, if it lives: the process that was noted, known by its start time and boot, or the one that holds the
 * pidfile, where the launcher was killed before it could note it.
 */
export function livingQemu(paths: VmPaths, { qemu }: VmRecord): ProcessIdentity | undefined {
  return qemu !== null && isAlive(qemu) ? qemu : pidfileHolder(paths);
}

/** The QEMU that inherited this VM's descriptor and has not got round to its pidfile. Looks through all processes: slow. */
export async function inheritingQemu({ aliveLock }: VmPaths): Promise<ProcessIdentity | undefined> {
  if (!(await isLocked(aliveLock))) return undefined;
  const file = await realpath(aliveLock);
  const pids = (await readdir('/proc')).filter(
    (entry) => /^\d+$/.test(entry) && entry !== String(process.pid),
  );
  for (const pid of pids) {
    if (await holdsFile(pid, file)) return identify(Number(pid));
  }
  return undefined;
}

async function holdsFile(pid: string, file: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  return targets.includes(file);
}
