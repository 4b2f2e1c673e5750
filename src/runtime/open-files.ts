/** Which process has a file open. Inode numbers alone clash between file systems: what counts is the file behind a descriptor. */
import { readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';

export interface FileIdentity {
  readonly name: string;
  readonly device: number;
  readonly inode: number;
}

/** @returns undefined if there is no such file. */
export function identifyFile(path: string): FileIdentity | undefined {
  try {
    const real = realpathSync(path);
    const { dev, ino } = statSync(real);
    return { name: basename(real), device: dev, inode: ino };
  } catch {
    return undefined;
  }
}

/** Whether a process has this file open. Those of another user's processes can't be seen, unless by root. */
export function hasOpen(pid: number, file: FileIdentity): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => isOpenAs(pid, Number(descriptor), file));
  } catch {
    return false;
  }
}

/** Whether this descriptor of a process is this file. */
export function isOpenAs(pid: number, descriptor: number, { name, device, inode }: FileIdentity): boolean {
  const link = `/proc/${pid}/fd/${descriptor}`;
  try {
    // Only the right one is looked at closer: on a file server that does not answer, that could take for ever.
    if (basename(readlinkSync(link)) !== name) return false;
    const { dev, ino } = statSync(link);
    return dev === device && ino === inode;
  } catch {
    return false;
  }
}

/** All processes but this one. */
export function otherProcesses(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}
