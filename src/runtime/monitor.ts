/** Short visits to a VM's monitors. */
import type { VmPaths } from '../plan/paths.js';
import { QmpClient } from '../qmp/client.js';
import { QmpError } from '../qmp/errors.js';
import type { QmpReturns } from '../qmp/types.js';

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

/** Asks QEMU for its state, on another monitor where the first is taken. Never rejects. */
export async function askStatus({ control, events, user }: VmPaths, pid: number): Promise<StatusAnswer> {
  for (const socket of [control, events, user]) {
    const answer = await askStatusOn(socket, pid);
    if (answer !== 'held') return answer;
  }
  return 'held';
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
