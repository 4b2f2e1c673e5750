/** Asks a guest to power off, as its power button does. */
import { VmError } from '../errors.js';
import type { VmPaths } from '../plan/paths.js';
import { askStatus, withMonitor } from './monitor.js';
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
 * Presses the power button, again and again, until QEMU is gone.
 * @returns false when the time has passed.
 * @throws VmError `state.not-stopped` at once if QEMU is stopped by a signal.
 */
export async function askGuest(
  name: string,
  qemu: ProcessIdentity,
  paths: VmPaths,
  options: AskOptions,
): Promise<boolean> {
  const { timeout, signal, onProgress } = options;
  const start = performance.now();
  await wake(qemu, paths, options);
  for (;;) {
    const stat = livingStat(qemu);
    if (stat === undefined) return true;
    if (isStopped(stat)) throw frozen(name, qemu.pid);
    const waited = (performance.now() - start) / 1000;
    const left = timeout - waited;
    if (left <= 0) return false;
    onProgress?.(`power button pressed, waiting for the guest (${Math.round(waited)} of ${timeout} s)`);
    await pressPowerButton(qemu, paths, signal);
    if (await waitForExit(qemu, Math.min(pressInterval, left), signal)) return true;
  }
}

/** A press that QEMU does not take is made up for by the next. */
async function pressPowerButton(qemu: ProcessIdentity, paths: VmPaths, signal?: AbortSignal): Promise<void> {
  const press = withMonitor(
    paths,
    qemu.pid,
    (client) => client.execute('system_powerdown', {}, { timeout: 2, signal }),
    { signal, timeout: 2 },
  );
  await press.catch((error: unknown) => {
    if (!(error instanceof VmError)) throw error;
  });
}

/** A guest whose vCPUs stand still can't see the button. */
async function wake(
  qemu: ProcessIdentity,
  paths: VmPaths,
  { signal, onProgress }: AskOptions,
): Promise<void> {
  const stat = livingStat(qemu);
  if (stat === undefined || isStopped(stat)) return;
  const status = await askStatus(paths, qemu.pid);
  if (status === 'paused' || status === 'prelaunch') {
    onProgress?.('the guest is paused: it is resumed, so that it can power off');
    await withMonitor(paths, qemu.pid, (client) => client.execute('cont', {}, { signal }), { signal });
  } else if (status === 'suspended') {
    onProgress?.('the guest sleeps: it is woken, so that it can power off');
    await withMonitor(paths, qemu.pid, (client) => client.execute('system_wakeup', {}, { signal }), {
      signal,
    });
  }
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
