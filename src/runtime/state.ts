/** Which state a VM is in: decided from its record, its process and what QEMU says, never from "the pid exists". */
import { existsSync } from 'node:fs';
import type { VmPaths } from '../plan/paths.js';
import { livingQemu } from './alive.js';
import { readTail } from './log-files.js';
import { askStatus, type StatusAnswer } from './monitor.js';
import { isAlive, isStopped, livingStat, type ProcessIdentity } from './process.js';
import type { VmRecord } from './record.js';

export type VmState = 'starting' | 'running' | 'paused' | 'stopping' | 'unresponsive' | 'crashed' | 'stopped';

export interface Observation {
  readonly phase: VmRecord['phase'];
  /** Whether the `vm` that starts or stops it lives. */
  readonly commanded: boolean;
  readonly process: 'gone' | 'stopped' | 'alive';
  /** QEMU took its pidfile away, and not because of a signal. */
  readonly orderlyEnd: boolean;
  /** Null where QEMU was not asked. */
  readonly status: StatusAnswer | null;
}

/** Pure. */
export function decideState(seen: Observation): VmState {
  if (seen.phase === 'starting' && seen.commanded) return 'starting';
  if (seen.process === 'gone') return stateOfEnded(seen);
  if (seen.process === 'stopped') return 'unresponsive';
  if (seen.phase === 'stopping' && seen.commanded) return 'stopping';
  switch (seen.status) {
    case null:
    case 'silent':
      return 'unresponsive';
    case 'running':
    case 'held':
      return 'running';
    case 'shutdown':
      return 'stopping';
    default:
      // Paused by someone, by an error of a disk, by a panic of the guest: its vCPUs stand still until `resume`.
      return 'paused';
  }
}

function stateOfEnded({ phase, commanded, orderlyEnd }: Observation): VmState {
  if (phase === 'starting') return 'stopped';
  if (phase === 'stopping') return commanded ? 'stopping' : 'stopped';
  return orderlyEnd ? 'stopped' : 'crashed';
}

export interface Observed {
  readonly state: VmState;
  /** The QEMU of this VM, if it lives. */
  readonly qemu: ProcessIdentity | undefined;
  /** What QEMU says; null where it was not asked. */
  readonly status: StatusAnswer | null;
}

/** Looks at the process, and asks QEMU where only that tells more. Takes 2 s where QEMU does not answer. */
export async function observe(paths: VmPaths, record: VmRecord): Promise<Observed> {
  const qemu = livingQemu(paths, record);
  const commanded = isAlive(record.commander);
  const stat = qemu === undefined ? undefined : livingStat(qemu);
  const base = { phase: record.phase, commanded, orderlyEnd: false, status: null };
  if (qemu === undefined || stat === undefined) {
    const orderlyEnd = endedOrderly(paths, record);
    return { state: decideState({ ...base, process: 'gone', orderlyEnd }), qemu: undefined, status: null };
  }
  if (isStopped(stat)) return { state: decideState({ ...base, process: 'stopped' }), qemu, status: null };
  if (record.phase !== 'running' && commanded)
    return { state: decideState({ ...base, process: 'alive' }), qemu, status: null };
  const status = await askStatus(paths, qemu.pid);
  // It may have ended while it was asked.
  if (!isAlive(qemu)) return observe(paths, record);
  return { state: decideState({ ...base, process: 'alive', status }), qemu, status };
}

/** What QEMU says where it ends in order, but not because its guest did (softmmu/runstate.c, `qemu_kill_report`). */
const fatalWords = /: terminating on signal \d/;

/**
 * Whether a QEMU that is gone ended in order: the guest powered off, or QEMU was told to quit. Then it has taken its pidfile away,
 * which a kill or a crash leaves. What else it has said since its launch is no sign: it complains of many a thing that it survives.
 */
export function endedOrderly(paths: VmPaths, { plan, launchLogBytes }: VmRecord): boolean {
  if (existsSync(paths.pidfile)) return false;
  return !readTail(plan.paths.qemuLog, 10, launchLogBytes).some((line) => fatalWords.test(line));
}
