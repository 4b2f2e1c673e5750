/** The journal of the host under its lock. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { VmError } from '../errors.js';
import { openRoot } from '../host/root.js';
import { type Lock, lock } from './lock.js';
import { userId, vmRoots } from './roots.js';

/** Two at once are serialised: by machine, or by tree. */
export async function withJournal<T>(
  sysroot: string | undefined,
  purpose: string,
  work: (journal: string) => Promise<T>,
): Promise<T> {
  const live = openRoot(sysroot).live;
  if (live && userId() !== 0) {
    throw new VmError('host.privilege', `${purpose} changes this machine: only root may`, {
      hint: `sudo ${purpose}; "vm host tune --dry-run" shows without root what it would do.`,
    });
  }
  const held = await lockHost(hostFile(sysroot, live, 'lock'), purpose);
  try {
    return await work(hostFile(sysroot, live, 'journal.json'));
  } finally {
    held.release();
  }
}

/** Seconds. Another run may be reserving memory. */
const lockPatience = 120;

function lockHost(path: string, purpose: string): Promise<Lock> {
  return lock(path, purpose, { subject: 'the host', timeout: lockPatience });
}

/** In our state folder; of a tree, by its path, so that nothing is left in it. */
function hostFile(sysroot: string | undefined, live: boolean, name: string): string {
  const folder = join(vmRoots().state, 'host');
  if (live) return join(folder, name);
  const key = createHash('sha256')
    .update(realpathSync(sysroot ?? '/'))
    .digest('hex')
    .slice(0, 16);
  return join(folder, `tree-${key}-${name}`);
}
