/** Who holds the lock on a pidfile: QEMU takes a POSIX lock on its own and keeps it to its end. */
import { existsSync, readFileSync } from 'node:fs';
import type { VmPaths } from '../plan/paths.js';
import { hasOpen, identifyFile } from './open-files.js';
import { identify, type ProcessIdentity } from './process.js';

/** Holders of POSIX write locks by inode, as `/proc/locks` has them. */
export type PosixLocks = ReadonlyMap<number, readonly number[]>;

/**
 * Parses `/proc/locks` (proc_locks(5)). Waiting locks (`->`) are none, nor are those of processes in other pid namespaces (pid 0 or
 * -1). The device is left out: file systems such as btrfs and overlayfs show another one here than stat(2) does; so an inode may be
 * that of a file elsewhere. Pure.
 */
export function parseLocks(text: string): PosixLocks {
  const holders = new Map<number, number[]>();
  for (const match of text.matchAll(/^\d+: POSIX +\S+ +WRITE +(\d+) +[0-9a-f]+:[0-9a-f]+:(\d+) /gm)) {
    const pid = Number(match[1]);
    const inode = Number(match[2]);
    if (pid > 0) holders.set(inode, [...(holders.get(inode) ?? []), pid]);
  }
  return holders;
}

/** The process that holds the lock on the pidfile: a QEMU that lives, whatever else is known of it. */
export function pidfileHolder({ pidfile }: VmPaths): ProcessIdentity | undefined {
  try {
    // The list of locks is dear to make for the kernel.
    return existsSync(pidfile) ? lockHolder(pidfile, readFileSync('/proc/locks', 'latin1')) : undefined;
  } catch {
    return undefined;
  }
}

/** @param locks the text of `/proc/locks`. */
export function lockHolder(path: string, locks: string): ProcessIdentity | undefined {
  const file = identifyFile(path);
  if (file === undefined) return undefined;
  const pid = parseLocks(locks)
    .get(file.inode)
    ?.find((candidate) => hasOpen(candidate, file));
  return pid === undefined ? undefined : identify(pid);
}
