/** Locks of flock(2) on a file, which a process inherits and holds to its end. Node has no such call: a `flock` child takes them. */
import { constants, promises } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VmError } from '../errors.js';
import { now, pause } from '../qmp/limits.js';
import { ensureFolder } from './roots.js';
import { run } from './run.js';

/** The lock belongs to the open file description: it stays when the child that took it has ended, and with all who inherit the descriptor. */
export class Flock {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** To be passed on: a process that inherits it holds the lock too. */
  get descriptor(): number {
    return this.#handle.fd;
  }

  async release(): Promise<void> {
    await this.#handle.close();
  }
}

/** Makes the file, and its folder, if it is not there. @returns undefined if somebody holds it. */
export async function tryFlock(path: string): Promise<Flock | undefined> {
  ensureFolder(dirname(path));
  const handle = await promises.open(
    path,
    constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW,
    0o600,
  );
  let taken = false;
  try {
    taken = await flock(handle, ['-n']);
    return taken ? new Flock(handle) : undefined;
  } finally {
    if (!taken) await handle.close();
  }
}

const retryInterval = 0.02;

/** {@link tryFlock}, again and again for so many seconds. */
export async function flockWithin(path: string, seconds: number): Promise<Flock | undefined> {
  const start = now();
  for (;;) {
    const taken = await tryFlock(path);
    if (taken !== undefined || now() - start >= seconds * 1000) return taken;
    await pause(retryInterval);
  }
}

/** Whether a process holds it. */
export async function isFlocked(path: string): Promise<boolean> {
  const handle = await promises.open(path, 'r').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    return !(await flock(handle, ['-n']));
  } finally {
    await handle.close();
  }
}

/** Seconds that another one is waited for who does the same; it takes some microseconds. */
const turnPatience = 10;

/**
 * Does what only one process at a time may do in a folder, and is done in no time. Does nothing where the folder goes away meanwhile.
 * @throws VmError `host.flock`.
 */
export async function aloneIn(folder: string, work: () => void): Promise<void> {
  const handle = await promises
    .open(folder, constants.O_RDONLY | constants.O_DIRECTORY)
    .catch(() => undefined);
  if (handle === undefined) return;
  try {
    if ((await flock(handle, ['-w', `${turnPatience}`])) && (await isStillThere(handle, folder))) work();
  } finally {
    await handle.close();
  }
}

async function isStillThere(handle: FileHandle, path: string): Promise<boolean> {
  const [ours, there] = await Promise.all([handle.stat(), promises.stat(path).catch(() => undefined)]);
  return there !== undefined && ours.ino === there.ino && ours.dev === there.dev;
}

async function flock(handle: FileHandle, how: readonly string[]): Promise<boolean> {
  const { status, stderr } = await run('flock', ['-x', ...how, '3'], { descriptor: handle.fd });
  if (status === 0) return true;
  if (status === 1) return false;
  throw new VmError('host.flock', `flock failed: ${stderr.trim()}`, {
    hint: 'It is part of util-linux, which every Debian has.',
  });
}
