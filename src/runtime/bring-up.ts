/** A launch, and what it is to be waited for after. */
import { VmError } from '../errors.js';
import type { VmPaths } from '../plan/paths.js';
import { attractInterrupts } from './interrupts.js';
import { interrupted, type LaunchOptions, launch, undoFailed } from './launch.js';
import { pathsOf } from './names.js';
import { readRecord, type VmRecord } from './record.js';
import { stop } from './stop.js';
import { type GuestTarget, waitForGuest } from './wait.js';

export interface UpOptions extends Omit<LaunchOptions, 'target'> {
  /** What to wait for when the guest runs: `agent`, `ssh`, or a text that it prints on its first serial port. */
  readonly wait?: string | undefined;
  /** Seconds that `wait` may take. Default: 120. */
  readonly timeout?: number | undefined;
}

/** @returns the name of the VM. Ctrl-C while it waits takes the VM away again, as it does before. */
export async function bringUp(
  specOrName: string,
  { wait, timeout = 120, ...options }: UpOptions,
): Promise<string> {
  const target = wait === undefined ? undefined : targetOf(wait);
  const name = await launch(specOrName, { ...options, target });
  const { signal } = options;
  const paths = pathsOf(name);
  try {
    // The signal may have come when the launch no longer looked.
    signal?.throwIfAborted();
    if (target !== undefined) {
      await waitFor(name, paths, target, { ...options, timeout });
      attractNew(paths);
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
    await stop(name, paths, { force: true }).catch((failure: unknown) => {
      throw undoFailed(error, failure);
    });
    throw interrupted(name, signal);
  }
  return name;
}

function waitFor(
  name: string,
  paths: VmPaths,
  target: GuestTarget,
  { signal, onProgress, timeout }: UpOptions,
): Promise<void> {
  const what = typeof target === 'string' ? target : target.marker;
  const read = async (): Promise<VmRecord> => {
    const record = readRecord(paths);
    if (typeof record === 'object') return record;
    throw new VmError('no.stopped', `${name} stopped before ${what} came`);
  };
  onProgress?.(`waiting for ${what}`);
  return waitForGuest(name, paths, read, target, { timeout, signal });
}

/** The guest's drivers have asked for their interrupts by now, which the launch could not find yet. */
function attractNew(paths: VmPaths): void {
  const record = readRecord(paths);
  if (typeof record === 'object' && record.plan.interrupts !== null)
    attractInterrupts(record.plan.interrupts);
}

export function targetOf(wait: string): GuestTarget {
  return wait === 'agent' || wait === 'ssh' ? wait : { marker: wait };
}
