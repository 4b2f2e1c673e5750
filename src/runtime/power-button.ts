/** Asks a guest to power off, as its power button does. */
import { VmError } from '../errors.js';
import type { VmPaths } from '../plan/paths.js';
import type { QmpClient } from '../qmp/client.js';
import { now } from '../qmp/limits.js';
import type { ExecuteOptions } from '../qmp/types.js';
import { type RunState, withMonitor } from './monitor.js';
import { isStopped, livingStat, type ProcessIdentity, waitForExit } from './process.js';

export interface AskOptions {
  /** Seconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((step: string) => void) | undefined;
}

/** Seconds between two presses of the power button: a guest in its firmware or at boot loses the early ones. */
const pressInterval = 3;

/**
 * Presses the power button, again and again, until QEMU is gone. A guest that is paused or sleeps is made to go on first, and goes on
 * whatever comes of it: a power-off that it has begun must be able to end.
 * @throws VmError `state.not-stopped` when the time has passed, with what kept the button from being pressed; at once if QEMU is stopped
 *   by a signal.
 */
export async function askGuest(
  name: string,
  qemu: ProcessIdentity,
  paths: VmPaths,
  { timeout, signal, onProgress }: AskOptions,
): Promise<void> {
  const start = now();
  const waited = () => (now() - start) / 1000;
  const tries: Tries = { pressed: false };
  for (;;) {
    const stat = livingStat(qemu);
    if (stat === undefined) return;
    if (isStopped(stat)) throw frozen(name, qemu.pid);
    const left = timeout - waited();
    if (left <= 0) throw notStopped(name, timeout, tries);
    try {
      tries.before =
        (await pressPowerButton(qemu, paths, { timeout: left, signal, onProgress })) ?? tries.before;
      tries.pressed = true;
      tries.refusal = undefined;
      onProgress?.(`power button pressed, waiting for the guest (${Math.round(waited())} of ${timeout} s)`);
    } catch (error) {
      if (signal?.aborted || !(error instanceof VmError)) throw error;
      tries.refusal = error;
      onProgress?.(`the power button can't be pressed yet: ${error.message}`);
    }
    const pause = Math.max(0, Math.min(pressInterval, timeout - waited()));
    if (await waitForExit(qemu, pause, signal)) return;
  }
}

/** What became of the presses. */
interface Tries {
  pressed: boolean;
  /** What the guest did that could not see the button. */
  before?: string | undefined;
  /** Why QEMU did not take the last one. */
  refusal?: VmError | undefined;
}

/** Seconds that QEMU is given for one command of a press, and that it needs on a busy host, however little time is left. */
const patience = 2;
const leastPatience = 0.5;

/** @returns what the guest did that could not see the button, if it did. @throws VmError where QEMU does not take the press. */
function pressPowerButton(
  qemu: ProcessIdentity,
  paths: VmPaths,
  { timeout, signal, onProgress }: AskOptions,
): Promise<string | undefined> {
  const limits = { timeout: Math.min(patience, Math.max(leastPatience, timeout)), signal };
  return withMonitor(
    paths,
    qemu.pid,
    async (client) => {
      const { status } = await client.execute('query-status', {}, limits);
      const woken = await wake(client, status, limits, onProgress);
      await client.execute('system_powerdown', {}, limits);
      return woken;
    },
    limits,
  );
}

/** A guest whose vCPUs stand still can't see the button. */
async function wake(
  client: QmpClient,
  status: RunState,
  limits: ExecuteOptions,
  onProgress: AskOptions['onProgress'],
): Promise<string | undefined> {
  if (status === 'paused' || status === 'prelaunch') {
    onProgress?.('the guest is paused: it is resumed, so that it can power off');
    await client.execute('cont', {}, limits);
    return 'was paused';
  }
  if (status === 'suspended') {
    onProgress?.('the guest sleeps: it is woken, so that it can power off');
    await client.execute('system_wakeup', {}, limits);
    return 'slept';
  }
  return undefined;
}

function notStopped(name: string, seconds: number, { pressed, before, refusal }: Tries): VmError {
  const what = pressed || refusal === undefined ? 'did not power off' : 'could not be asked to power off';
  const was = before === undefined ? '' : `; it ${before} before`;
  const next =
    refusal === undefined ? `Look at it: vm console ${name}.` : (refusal.hint ?? `See: vm status ${name}.`);
  return new VmError(
    'state.not-stopped',
    `the guest of ${name} ${what} within ${seconds} s; it goes on running${was}`,
    {
      cause: refusal,
      details: refusal === undefined ? [] : [`QEMU's monitor: ${refusal.message}`],
      hint: `${next} End it without its consent: vm down ${name} --force. Wait longer: --timeout.`,
    },
  );
}

function frozen(name: string, pid: number): VmError {
  return new VmError(
    'state.not-stopped',
    `${name} can't be asked to power off: its QEMU, process ${pid}, is stopped by a signal`,
    {
      hint: `Let it go on: kill -CONT ${pid}. Or end it as it is: vm down ${name} --force.`,
    },
  );
}
