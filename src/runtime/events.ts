/** What QEMU tells of a VM as it happens, on the watchers' monitor. */
import type { VmPaths } from '../plan/paths.js';
import { QmpClient } from '../qmp/client.js';

export interface VmEvent {
  readonly vm: string;
  /** QEMU's name of it: `SHUTDOWN`, `RESET`, `STOP`, `RESUME`, … (qapi). */
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Seconds since 1970, by the host's clock. */
  readonly time: number;
}

/**
 * Events from now on; ends when the VM does, or when the signal aborts.
 * @throws QmpError `qmp.held` while another watcher is there: QEMU serves one client per monitor.
 */
export async function* watchEvents(
  name: string,
  paths: VmPaths,
  pid: number,
  signal?: AbortSignal,
): AsyncGenerator<VmEvent, void, undefined> {
  if (signal?.aborted) return;
  const client = await QmpClient.connect(paths.events, { greetingTimeout: 2, signal, pid });
  const leave = () => void client.close();
  signal?.addEventListener('abort', leave, { once: true });
  try {
    for await (const { event, data, timestamp } of client.events()) {
      yield { vm: name, event, data: { ...data }, time: timestamp.seconds + timestamp.microseconds / 1e6 };
    }
  } finally {
    signal?.removeEventListener('abort', leave);
    await client.close();
  }
}
