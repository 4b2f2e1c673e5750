/** Who a process is: a pid alone can be reused, and is another one after a boot. */
import { readFileSync } from 'node:fs';
import { now, pause } from '../qmp/limits.js';
import { hasCode } from '../qmp/system-error.js';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, of which there are 100 a second (proc_pid_stat(5), field 22). */
  readonly startTime: number;
  readonly bootId: string;
}

export interface ProcessStat {
  readonly name: string;
  /** One letter: R, S, D, T (stopped), t (traced), Z (zombie), X (dead), … */
  readonly state: string;
  readonly startTime: number;
  readonly threads: number;
}

/** Parses `/proc/PID/stat`. The name may contain spaces, newlines and `)`: what follows the last `)` is fields. Pure. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text
    .slice(close + 1)
    .trim()
    .split(' ');
  const state = fields[0] ?? '';
  const startTime = Number(fields[19]);
  if (!/^[A-Za-z]$/.test(state) || !Number.isSafeInteger(startTime)) return undefined;
  return { name: text.slice(open + 1, close), state, startTime, threads: Number(fields[17]) };
}

/** @returns undefined if there is no such process. */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

let cachedBootId: string | undefined;

export function bootId(): string {
  cachedBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return cachedBootId;
}

/** Seconds that the process has lived, to a hundredth; a clock that is set does not change it. */
export function ageOf({ startTime }: ProcessIdentity): number {
  const uptime = Number.parseFloat(readFileSync('/proc/uptime', 'latin1'));
  return Math.max(0, Math.round(uptime * 100 - startTime) / 100);
}

/** Names a process that lives. @returns undefined if it does not, or is a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat === undefined || isGone(stat)
    ? undefined
    : { pid, startTime: stat.startTime, bootId: bootId() };
}

let cachedSelf: ProcessIdentity | undefined;

export function ourselves(): ProcessIdentity {
  cachedSelf ??= identify(process.pid) ?? { pid: process.pid, startTime: 0, bootId: bootId() };
  return cachedSelf;
}

/** What is known of exactly this process; undefined: it is dead, be it a zombie, a reused pid or of an earlier boot. */
export function livingStat(identity: ProcessIdentity): ProcessStat | undefined {
  if (identity.bootId !== bootId()) return undefined;
  const stat = readStat(identity.pid);
  return stat === undefined || isGone(stat) || stat.startTime !== identity.startTime ? undefined : stat;
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identity.pid === process.pid ? isSame(identity, ourselves()) : livingStat(identity) !== undefined;
}

export function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.startTime === b.startTime && a.bootId === b.bootId;
}

/** A zombie whose other threads still end holds its memory and files until they have. */
function isGone({ state, threads }: ProcessStat): boolean {
  return state === 'X' || state === 'x' || (state === 'Z' && threads <= 1);
}

/** Stopped by a signal or a tracer: it exists, and does nothing. */
export function isStopped({ state }: ProcessStat): boolean {
  return state === 'T' || state === 't';
}

/** Sends the signal, unless the pid is another process by now. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** Seconds between two looks at a process that is about to end; one look takes some microseconds. */
const exitInterval = 0.002;

/** Waits until the process is gone. @returns false when `timeout` (seconds) passed first. */
export async function waitForExit(
  identity: ProcessIdentity,
  timeout: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = now() + timeout * 1000;
  while (isAlive(identity)) {
    if (now() >= deadline) return false;
    await pause(exitInterval, signal);
  }
  return true;
}
