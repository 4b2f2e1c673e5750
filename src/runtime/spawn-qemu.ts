/** Starts QEMU as a process of its own, which outlives this one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isMainThread } from 'node:worker_threads';
import { sessionVariables } from '../devices/session.js';
import { VmError } from '../errors.js';
import { formatCpuList } from '../units.js';
import type { FileLock } from './lock.js';
import { bootId, type ProcessIdentity, readStat } from './process.js';
import type { VmRecord } from './record.js';

export interface SpawnedQemu {
  readonly identity: ProcessIdentity;
  /** Aborted when QEMU ends, with how it ended in words. */
  readonly ended: AbortSignal;
}

/**
 * Spawns the command of the record, its output in QEMU's log. It begins with the CPUs of its emulator threads, so that memory that it
 * allocates before anyone can place its threads lands on their node: `taskset` sets them and becomes QEMU.
 */
export async function spawnQemu({ argv, plan }: VmRecord, alive: FileLock): Promise<SpawnedQemu> {
  const { emulator } = plan.placement;
  const command = emulator.length > 0 ? ['taskset', '-c', formatCpuList(emulator), ...argv] : [...argv];
  const log = await open(
    plan.paths.qemuLog,
    constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
    0o600,
  );
  try {
    return await start(command, log.fd, alive.descriptor, sessionVariables(plan.devices));
  } finally {
    await log.close();
  }
}

async function start(
  [program = '', ...args]: string[],
  log: number,
  alive: number,
  kept: readonly string[],
): Promise<SpawnedQemu> {
  const child = privately(() =>
    spawn(program, args, {
      cwd: '/',
      detached: true,
      env: environment(kept),
      stdio: ['ignore', log, log, alive],
    }),
  );
  child.unref();
  const ending = new AbortController();
  child.once('exit', (status, signal) =>
    ending.abort(signal === null ? `exit status ${status}` : `signal ${signal}`),
  );
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new VmError('qemu.start-failed', `${program} can't be started: ${error.message}`);
  }
  // Ours to wait for, it can't be reaped before this turn ends: the pid is still its own, be it a zombie already.
  const { startTime = 0 } = readStat(child.pid) ?? {};
  return { identity: { pid: child.pid, startTime, bootId: bootId() }, ended: ending.signal };
}

/** The sockets that QEMU makes are for this user alone. Only the main thread may set the mask; the runtime folder is closed anyway. */
function privately<T>(make: () => T): T {
  if (!isMainThread) return make();
  const before = process.umask(0o177);
  try {
    return make();
  } finally {
    process.umask(before);
  }
}

/** What QEMU gets of our environment: nothing that would make two starts of one spec differ, but where the session's windows and sound are. */
function environment(kept: readonly string[]): NodeJS.ProcessEnv {
  const { PATH = '/usr/sbin:/usr/bin:/sbin:/bin', HOME = '/' } = process.env;
  const session: NodeJS.ProcessEnv = {};
  for (const name of kept) {
    if (process.env[name] !== undefined) session[name] = process.env[name];
  }
  return { ...session, PATH, HOME, LANG: 'C' };
}
