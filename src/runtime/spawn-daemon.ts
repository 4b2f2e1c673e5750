/** Starts a process that outlives this one: QEMU, and those beside it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { formatCpuList } from '../units.js';
import { bootId, type ProcessIdentity, readStat } from './process.js';
import { ownCpus } from './threads.js';

export interface Daemon {
  readonly identity: ProcessIdentity;
  /** Aborted when it ends, with how it ended in words. */
  readonly ended: AbortSignal;
}

export interface DaemonOptions {
  /** The CPUs that it begins with; none: ours. */
  readonly cpus: readonly number[];
  /** The file that takes its words. */
  readonly log: string;
  /** Descriptors of ours that it inherits as its numbers from 3 on. */
  readonly descriptors: readonly number[];
  /** Variables of our environment that it keeps besides PATH and HOME. */
  readonly keep?: readonly string[];
  /** What files and sockets that it makes may not have; default: they are for this user alone. */
  readonly umask?: number;
}

/**
 * Spawns it in a session of its own. `taskset` sets its CPUs and becomes it, so that memory that it allocates before anyone can place
 * its threads lands on their node.
 * @throws Error if the program can't be started.
 */
export async function spawnDaemon(
  argv: readonly string[],
  { cpus, log, descriptors, keep = [], umask = 0o177 }: DaemonOptions,
): Promise<Daemon> {
  const command = sameCpus(cpus) ? argv : ['taskset', '-c', formatCpuList(cpus), ...argv];
  const words = openSync(log, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600);
  try {
    return await start(command, { descriptors: [words, words, ...descriptors], keep, umask });
  } finally {
    closeSync(words);
  }
}

/** Whether it would begin with just these anyway. */
function sameCpus(cpus: readonly number[]): boolean {
  const own = ownCpus();
  return cpus.length === 0 || (cpus.length === own.length && own.every((cpu) => cpus.includes(cpu)));
}

async function start(
  [program = '', ...args]: readonly string[],
  { descriptors, keep, umask }: Required<Pick<DaemonOptions, 'descriptors' | 'keep' | 'umask'>>,
): Promise<Daemon> {
  const child = withMask(umask, () =>
    spawn(program, args, {
      cwd: '/',
      detached: true,
      env: environment(keep),
      stdio: ['ignore', ...descriptors],
    }),
  );
  child.unref();
  const ending = new AbortController();
  child.once('exit', (status, signal) =>
    ending.abort(signal === null ? `exit status ${status}` : `signal ${signal}`),
  );
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw error;
  }
  // Ours to wait for, it can't be reaped before this turn ends: the pid is still its own, be it a zombie already.
  const { startTime = 0 } = readStat(child.pid) ?? {};
  return { identity: { pid: child.pid, startTime, bootId: bootId() }, ended: ending.signal };
}

/** Makes under this umask. */
function withMask<T>(umask: number, make: () => T): T {
  const before = setMask(umask);
  try {
    return make();
  } finally {
    if (before !== undefined) process.umask(before);
  }
}

/** @returns undefined in a worker thread, which may not set it; the runtime folder is closed anyway. */
function setMask(mask: number): number | undefined {
  try {
    return process.umask(mask);
  } catch {
    return undefined;
  }
}

/** What it gets of our environment: nothing that would make two starts of one spec differ, but where the session's windows and sound are. */
function environment(kept: readonly string[]): NodeJS.ProcessEnv {
  const { PATH = '/usr/sbin:/usr/bin:/sbin:/bin', HOME = '/' } = process.env;
  const session: NodeJS.ProcessEnv = {};
  for (const name of kept) {
    if (process.env[name] !== undefined) session[name] = process.env[name];
  }
  return { ...session, PATH, HOME, LANG: 'C' };
}
