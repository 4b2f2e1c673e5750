/**
 * A process beside QEMU (swtpm, virtiofsd, passt). What is in the record before it starts is its command line, with a socket in the
 * VM's own folder in it: so it is known also where its launcher was killed before it could note the pid. Until it is that program, it
 * is known by a descriptor that it inherits, on a file that its launcher locked; some close it later.
 */
import { promises } from 'node:fs';
import { VmError } from '../errors.js';
import type { SideProcessPlan } from '../plan/side-process.js';
import { tryFlock } from './flock.js';
import { endKnown } from './known-process.js';

import { type ProcessIdentity, waitForExit } from './process.js';
import { ensureFolder } from './roots.js';
import { sideProcessFailure } from './side-process-failure.js';
import { untilListening } from './side-process-socket.js';
import { type Daemon, spawnDaemon } from './spawn-daemon.js';
import { reasonOf } from './thrown.js';

export interface SideProcessResource extends SideProcessPlan {
  readonly kind: 'sideProcess';
  /** The CPUs that it begins with, and keeps; none: any. */
  readonly cpus: readonly number[];
  /** Null until it was started. */
  readonly identity: ProcessIdentity | null;
}

/** Seconds until its socket must be there; it takes some milliseconds. */
const startPatience = 10;

/** @throws VmError `host.side-process` in its own words; the signal's reason. What it left running is left to {@link giveBackSideProcess}. */
export async function startSideProcess(
  resource: SideProcessResource,
  signal?: AbortSignal,
): Promise<SideProcessResource> {
  const { program, args, socket, folders } = resource;
  const alive = await tryFlock(aliveFile(resource));
  if (alive === undefined) throw sideProcessFailure(resource, 'of an earlier start still runs');
  let daemon: Daemon | undefined;
  try {
    for (const folder of folders) ensureFolder(folder);
    daemon = await spawnDaemon([program, ...args], { ...resource, descriptors: [alive.descriptor] });
    const either = AbortSignal.any([daemon.ended, ...(signal === undefined ? [] : [signal])]);
    const listens = await untilListening(socket, startPatience, either);
    if (!listens) throw new Error(`does not serve its socket after ${startPatience} s`);
    return { ...resource, identity: daemon.identity };
  } catch (error) {
    if (signal?.aborted || error instanceof VmError) throw signal?.reason ?? error;
    throw failure(resource, daemon, error);
  } finally {
    await alive.release();
  }
}

function failure(resource: SideProcessResource, daemon: Daemon | undefined, error: unknown): VmError {
  if (daemon === undefined)
    return sideProcessFailure(resource, `can't be started (${reasonOf(error)})`, error);
  const { ended } = daemon;
  return sideProcessFailure(
    resource,
    ended.aborted ? `ended (${String(ended.reason)})` : reasonOf(error),
    error,
  );
}

function aliveFile({ socket }: SideProcessPlan): string {
  return `${socket.replace(/\.sock$/, '')}.alive`;
}

/** Seconds that it has to end by itself, as most do when QEMU's connection ends. */
const ownPatience = 1;

/** Ends it, with all that it started of its own kind, after QEMU. Does nothing where it never ran, or has ended. */
export async function giveBackSideProcess(
  resource: SideProcessResource,
  launchFailed: boolean,
): Promise<void> {
  const { identity, leaves = [], socket } = resource;
  // Where QEMU never connected, nothing tells it to end.
  if (identity !== null && !launchFailed) await waitForExit(identity, ownPatience);
  await endKnown({ ...resource, argv: [resource.program, ...resource.args], alive: aliveFile(resource) });
  await Promise.all(
    [...leaves, socket, aliveFile(resource)].map((path) => promises.rm(path, { force: true })),
  );
}
