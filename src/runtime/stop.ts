/** Stops a VM: asks its guest, waits, and only where told to ends QEMU itself. */
import { VmError } from '../errors.js';
import type { VmPaths } from '../plan/paths.js';
import { now } from '../qmp/limits.js';
import { anyQemu } from './any-qemu.js';
import { cleaning, type Lock, lock } from './lock.js';
import { withMonitor } from './monitor.js';
import { askGuest } from './power-button.js';
import {
  isAlive,
  isSame,
  isStopped,
  livingStat,
  ourselves,
  type ProcessIdentity,
  waitForExit,
} from './process.js';
import { readRecord, type VmRecord, writeRecord } from './record.js';
import { endQemu, tearDown } from './teardown.js';
import { brokenRecord, noSuchVm } from './unknown.js';

export interface DownOptions {
  /** Seconds that the guest is waited for. Default: `lifecycle.shutdownTimeout` of the spec; with `force` none. */
  readonly timeout?: number | undefined;
  /** Ends QEMU, by `quit`, SIGTERM or SIGKILL, when the guest has not powered off in time. Default: false. */
  readonly force?: boolean | undefined;
  /** Aborting it leaves the VM as it is then. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((step: string) => void) | undefined;
}

export interface DownResult {
  /** `guest`: it powered off; `was-dead`: QEMU was gone already, what it left is taken away. */
  readonly how: 'guest' | 'quit' | 'terminated' | 'killed' | 'was-dead';
  readonly seconds: number;
}

/** Seconds that a launch under way is waited for. */
const launchPatience = 5;
/** Seconds for the clean-up of another command that saw the same end. */
const cleanupPatience = 30;

/**
 * Returns when the process is gone and nothing of it is left.
 * @throws VmError `state.no-such-vm`; `state.not-stopped` past the time, or at once where QEMU can't act: the VM goes on, also one that
 *   was paused and had to be resumed for its guest to power off; `state.locked` while another command works on it; `interrupted.down`.
 */
export async function stop(name: string, paths: VmPaths, options: DownOptions): Promise<DownResult> {
  const start = now();
  const held = await lock(paths.lock, 'vm down', {
    subject: name,
    timeout: launchPatience,
    signal: options.signal,
  });
  let running: Running;
  try {
    const found = await findRunning(name, paths, held);
    if (found === 'was-dead') return { how: found, seconds: secondsSince(start) };
    const { record, qemu } = found;
    running = {
      qemu,
      record: writeRecord(paths, { ...record, qemu, phase: 'stopping', commander: ourselves() }),
    };
  } finally {
    held.release();
  }
  // The lock is not held while the guest takes its time: a second `down --force` must be able to end it.
  const how = await end(running, paths, options);
  await removeRemains(running, paths);
  return { how, seconds: secondsSince(start) };
}

function secondsSince(start: number): number {
  return (now() - start) / 1000;
}

interface Running {
  readonly record: VmRecord;
  readonly qemu: ProcessIdentity;
}

/** A VM that is dead is cleaned up on the spot. */
async function findRunning(name: string, paths: VmPaths, held: Lock): Promise<Running | 'was-dead'> {
  const record = readRecord(paths);
  if (record === 'none') {
    held.remove();
    throw noSuchVm(name);
  }
  const qemu = await anyQemu(paths, record);
  if (qemu === undefined) {
    await tearDown(paths, held, record);
    return 'was-dead';
  }
  if (record === 'broken') throw brokenRecord(name, paths, qemu.pid);
  return { record, qemu };
}

async function end(running: Running, paths: VmPaths, options: DownOptions): Promise<DownResult['how']> {
  const { signal, onProgress } = options;
  const { record, qemu } = running;
  try {
    if (await asked(running, paths, options)) return 'guest';
    onProgress?.('ending QEMU');
    return await forceEnd(qemu, paths);
  } catch (error) {
    await backToRunning(running, paths);
    throw signal?.aborted && !(error instanceof VmError) ? interrupted(record.name, error) : error;
  }
}

/** @returns whether the guest powered off. With `force`, that it did not, or can't be asked, is no error. */
async function asked({ record, qemu }: Running, paths: VmPaths, options: DownOptions): Promise<boolean> {
  const { force = false, signal, onProgress } = options;
  const timeout = options.timeout ?? (force ? 0 : record.plan.shutdownTimeout);
  if (force && timeout === 0) return false;
  try {
    await askGuest(record.name, qemu, paths, { timeout, signal, onProgress });
    return true;
  } catch (error) {
    if (force && !signal?.aborted && error instanceof VmError) return false;
    throw error;
  }
}

function interrupted(name: string, cause: unknown): VmError {
  return new VmError(
    'interrupted.down',
    `the stop of ${name} was interrupted; the power button may still take effect`,
    { cause },
  );
}

/** Seconds for QEMU to end on `quit`; it takes 3 ms unless a disk holds it. */
const quitPatience = 3;

async function forceEnd(qemu: ProcessIdentity, paths: VmPaths): Promise<DownResult['how']> {
  const stat = livingStat(qemu);
  if (stat === undefined) return 'guest';
  if (!isStopped(stat)) {
    const quit = withMonitor(
      paths,
      qemu.pid,
      (client) => client.execute('quit', {}, { timeout: quitPatience }),
      { timeout: 1 },
    );
    const taken = await quit.then(
      () => true,
      () => false,
    );
    if (taken && (await waitForExit(qemu, quitPatience))) return 'quit';
  }
  return endQemu(qemu);
}

/** The VM goes on: the record says so again, unless another command has taken over. */
async function backToRunning({ record, qemu }: Running, paths: VmPaths): Promise<void> {
  const held = await lock(paths.lock, cleaning, { subject: record.name, timeout: cleanupPatience });
  try {
    const now = readRecord(paths);
    if (now === 'none') held.remove();
    else if (!isAlive(qemu)) await tearDown(paths, held, now);
    else if (typeof now === 'object' && now.phase === 'stopping' && isSame(now.commander, record.commander)) {
      writeRecord(paths, { ...now, phase: 'running' });
    }
  } finally {
    held.release();
  }
}

/** Another command that saw the same end may have been quicker, and the name may have been taken again since. */
async function removeRemains({ record, qemu }: Running, paths: VmPaths): Promise<void> {
  const held = await lock(paths.lock, cleaning, { subject: record.name, timeout: cleanupPatience });
  try {
    const now = readRecord(paths);
    if (now === 'none') held.remove();
    else if (typeof now === 'object' && now.qemu !== null && isSame(now.qemu, qemu))
      await tearDown(paths, held, now);
  } finally {
    held.release();
  }
}
