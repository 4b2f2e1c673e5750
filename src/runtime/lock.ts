/**
 * Locks between processes that end with their holder, also with `kill -9`. A lock is a symbolic link that leads nowhere: its text names
 * the holder, it is made in one step or not at all, and a holder that is dead, by pid, start time and boot, holds nothing.
 */
import { readlinkSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { VmError } from '../errors.js';
import { now, pause } from '../qmp/limits.js';
import { hasCode } from '../qmp/system-error.js';
import { isAlive, ourselves, type ProcessIdentity } from './process.js';
import { ensureFolder } from './roots.js';

export class Lock {
  readonly #path: string;
  #held = true;

  constructor(path: string) {
    this.#path = path;
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    unlinkIfThere(this.#path);
  }

  /** Releases the lock, and takes away the folder if nothing else is in it. */
  remove(): void {
    this.release();
    removeIfEmpty(dirname(this.#path));
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody removed it by hand.
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it, or somebody was quicker.
  }
}

/**
 * The folder is made if it is not there.
 * @returns undefined if somebody holds it.
 * @throws VmError `state.folder` where something else has the place.
 */
export async function tryLock(path: string, purpose: string): Promise<Lock | undefined> {
  const { pid, startTime, bootId } = ourselves();
  const text = `${pid} ${startTime} ${bootId} ${purpose}`;
  for (;;) {
    ensureFolder(dirname(path));
    try {
      symlinkSync(text, path);
      return new Lock(path);
    } catch (error) {
      // The folder went away in between.
      if (hasCode(error, 'ENOENT')) continue;
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (readHolder(path) !== undefined) return undefined;
    await removeDead(path);
  }
}

/** Takes away a lock whose holder is dead, if there is one. */
export async function removeDead(path: string): Promise<void> {
  if (!isLink(path) || readHolder(path) !== undefined) return;
  const { aloneIn } = await import('./flock.js');
  // Two who see the same dead holder: the slower one must not take away the lock that the quicker one has by then.
  await aloneIn(dirname(path), () => {
    if (isLink(path) && readHolder(path) === undefined) unlinkSync(path);
  });
}

export interface LockOptions {
  /** What is locked, for the error. */
  readonly subject: string;
  /** Seconds to wait while somebody else holds it. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits for the lock; one that a clean-up holds for a moment is always waited for.
 * @throws VmError `state.locked`, which names the holder.
 */
export async function lock(
  path: string,
  purpose: string,
  { subject, timeout, signal }: LockOptions,
): Promise<Lock> {
  const start = now();
  for (;;) {
    const taken = await tryLock(path, purpose);
    if (taken !== undefined) return taken;
    const holder = readHolder(path);
    const patience =
      holder === undefined || holder.purpose === cleaning ? Math.max(timeout, cleaningPatience) : timeout;
    if (now() - start >= patience * 1000) throw lockedBy(subject, holder);
    await pause(retryInterval, signal);
  }
}

/** What a lock is held for while leftovers are taken away. */
export const cleaning = 'clean-up';
const cleaningPatience = 10;
const retryInterval = 0.005;

interface Holder extends ProcessIdentity {
  readonly purpose: string;
}

/** Who holds it; undefined: nobody who lives. */
export function readHolder(path: string): Holder | undefined {
  const [, pid, startTime, bootId = '', purpose = ''] =
    /^(\d{1,10}) (\d{1,16}) (\S+) (.+)$/.exec(linkText(path)) ?? [];
  const holder = { pid: Number(pid), startTime: Number(startTime), bootId, purpose };
  return pid !== undefined && isAlive(holder) ? holder : undefined;
}

function isLink(path: string): boolean {
  return linkText(path) !== '';
}

/** Empty where there is none. @throws VmError `state.folder`. */
function linkText(path: string): string {
  try {
    return readlinkSync(path);
  } catch (cause) {
    if (!hasCode(cause, 'EINVAL')) return '';
    throw new VmError('state.folder', `${path} has the place of a lock, and is none`, {
      cause,
      hint: 'If it is not needed, remove it; or set VM_RUNTIME_DIR to another folder.',
    });
  }
}

function lockedBy(subject: string, holder: Holder | undefined): VmError {
  const who = holder === undefined ? 'another command' : `${holder.purpose} (process ${holder.pid})`;
  return new VmError('state.locked', `${subject} is locked: ${who} is at work on it`, {
    hint: 'Wait until it has ended, or end it: what it leaves half done is rolled back by the next command.',
  });
}
