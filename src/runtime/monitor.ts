/** Short visits to a VM's monitors. */
import type { VmPaths } from '../plan/paths.js';
import { ask } from '../qmp/ask.js';
import { QmpClient } from '../qmp/client.js';
import { QmpError } from '../qmp/errors.js';
import type { QmpCommandName, QmpReturns } from '../qmp/types.js';

/** QEMU's own name of a state (qapi/run-state.json). */
export type RunState = QmpReturns<'query-status'>['status'];

/** `held`: other clients hold every monitor, so QEMU's main loop is at work; `silent`: it does not answer. */
export type StatusAnswer = RunState | 'held' | 'silent';

/**
 * Connects to the control monitor, does the work and closes the connection: QEMU serves one client per monitor, and the next command
 * wants it too.
 */
export async function withMonitor<T>(
  paths: VmPaths,
  pid: number,
  work: (client: QmpClient) => Promise<T>,
  { signal, timeout = 10 }: { signal?: AbortSignal | undefined; timeout?: number } = {},
): Promise<T> {
  const client = await QmpClient.connect(paths.control, { greetingTimeout: timeout, signal, pid });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Seconds that a QEMU is given to say its state. One that is well answers in 1 to 3 ms; a busy host makes it slower. */
const patience = 2;

/** Seconds after which the other monitors are asked too: another client may hold the first. */
const headStart = 0.25;

/** {@link ask} of the control monitor; undefined where it does not answer, or another client is at it for long. */
export function askControl<Name extends QmpCommandName>(
  { control }: VmPaths,
  command: Name,
): Promise<QmpReturns<Name> | undefined> {
  return ask(control, command, headStart);
}

/** Asks QEMU for its state: the first monitor that says one is believed. Never rejects. */
export async function askStatus(paths: VmPaths, pid: number): Promise<StatusAnswer> {
  const quick = await askControl(paths, 'query-status');
  if (quick !== undefined) return quick.status;
  const notHeld = [paths.control, paths.events, paths.user].map(async (socket) => {
    const answer = await askStatusOn(socket, pid);
    if (answer === 'held') throw new Error('held');
    return answer;
  });
  return Promise.any(notHeld).catch(() => 'held' as const);
}

async function askStatusOn(socket: string, pid: number): Promise<StatusAnswer> {
  try {
    const client = await QmpClient.connect(socket, { greetingTimeout: patience, pid });
    try {
      return (await client.execute('query-status', {}, { timeout: patience })).status;
    } finally {
      await client.close();
    }
  } catch (error) {
    return error instanceof QmpError && error.code === 'qmp.held' ? 'held' : 'silent';
  }
}
