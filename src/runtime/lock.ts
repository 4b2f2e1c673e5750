/** Locks between processes that end with their holder, also with `kill -9`. */
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VmError } from '../errors.js';
import { pause } from '../qmp/limits.js';
import { hasCode } from '../qmp/system-error.js';
import { identify } from './process.js';
import { ensureFolder } from './roots.js';
import { run } from './run.js';

/**
 * A lock of flock(2) on a file. Node has no such call: a `flock` child takes it on the descriptor that it inherits, and as the lock
 * belongs to the open file description, it stays ours when the child has ended.
 */
export class FileLock {
  readonly #handle: FileHandle;
  readonly #path: string;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  /** To be passed on: a process that inherits it holds the lock too. */
  get descriptor(): number {
    return this.#handle.fd;
  }

  async release(): Promise<void> {
    await this.#handle.close();
  }

  /** Releases the lock and takes away its file, and the folder if nothing else is in it. */
  async remove(): Promise<void> {
    await unlink(this.#path).catch(() => undefined);
    await rmdir(dirname(this.#path)).catch(() => undefined);
    await this.release();
  }
}

/** @returns undefined if somebody holds it. The folder is made if it is not there. */
export async function tryLock(path: string, purpose: string): Promise<FileLock | undefined> {
  for (;;) {
    const handle = await openLockFile(path);
    let taken = false;
    try {
      if (!(await flock(handle))) return undefined;
      // Its last holder may have taken the file away between our open and our lock: then we hold a lock that nobody else can see.
      if (await isStillThere(handle, path)) {
        await handle.truncate(0);
        await handle.write(`${process.pid} ${purpose}\n`, 0);
        taken = true;
        return new FileLock(handle, path);
      }
    } finally {
      if (!taken) await handle.close();
    }
  }
}

/** Seconds that the `flock` of one that was killed may live on, with the lock that it was to take. */
const orphanPatience = 0.5;

/** {@link tryLock} for one who clears up: a lock whose holder is dead is waited for, as only a child of it can have it. */
export async function tryLeftLock(path: string, purpose: string): Promise<FileLock | undefined> {
  const start = performance.now();
  for (;;) {
    const taken = await tryLock(path, purpose);
    if (taken !== undefined || (await readHolder(path)) !== undefined) return taken;
    if (performance.now() - start >= orphanPatience * 1000) return undefined;
    await pause(orphanInterval);
  }
}

const orphanInterval = 0.005;

/** Whether a process holds it, and not only the `flock` of one that was killed. */
export async function staysLocked(path: string): Promise<boolean> {
  const start = performance.now();
  while (await isLocked(path)) {
    if (performance.now() - start >= orphanPatience * 1000) return true;
    await pause(orphanInterval);
  }
  return false;
}

/** Whether a process holds it. */
export async function isLocked(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    return !(await flock(handle));
  } finally {
    await handle.close();
  }
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
): Promise<FileLock> {
  const start = performance.now();
  for (;;) {
    const taken = await tryLock(path, purpose);
    if (taken !== undefined) return taken;
    const holder = await readHolder(path);
    const patience =
      holder === undefined || holder.purpose === cleaning ? Math.max(timeout, cleaningPatience) : timeout;
    if (performance.now() - start >= patience * 1000) throw lockedBy(subject, holder);
    await pause(retryInterval, signal);
  }
}

/** What a lock is held for while leftovers are taken away. */
export const cleaning = 'clean-up';
const cleaningPatience = 10;
const retryInterval = 0.02;

interface Holder {
  readonly pid: number;
  readonly purpose: string;
}

/** Who wrote itself into the file. One that is dead was the holder before: the new one has not written yet. */
async function readHolder(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [, pid, purpose] = /^(\d{1,10}) (.+)\n$/.exec(text) ?? [];
  if (pid === undefined || purpose === undefined || identify(Number(pid)) === undefined) return undefined;
  return { pid: Number(pid), purpose };
}

function lockedBy(subject: string, holder: Holder | undefined): VmError {
  const who = holder === undefined ? 'another command' : `${holder.purpose} (process ${holder.pid})`;
  return new VmError('state.locked', `${subject} is locked: ${who} is at work on it`, {
    hint: 'Wait until it has ended, or end it: what it leaves half done is rolled back by the next command.',
  });
}

async function openLockFile(path: string): Promise<FileHandle> {
  for (;;) {
    await ensureFolder(dirname(path));
    try {
      return await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    } catch (error) {
      // The folder went away in between.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
}

async function flock(handle: FileHandle): Promise<boolean> {
  const { status, stderr } = await run('flock', ['-x', '-n', '3'], { descriptor: handle.fd });
  if (status === 0) return true;
  if (status === 1) return false;
  throw new VmError('host.flock', `flock failed: ${stderr.trim()}`, {
    hint: 'It is part of util-linux, which every Debian has.',
  });
}

async function isStillThere(handle: FileHandle, path: string): Promise<boolean> {
  const [ours, there] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
  return there !== undefined && ours.ino === there.ino && ours.dev === there.dev;
}
