import { openConnection } from './connection.js';
import { QmpError } from './errors.js';
import { type Limits, now } from './limits.js';
import { encodeMessage, MessageReader } from './wire.js';

export interface AgentOptions {
  /** Seconds for all of it. Default: 3. */
  timeout?: number | undefined;
  /** Aborting it rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** No byte of UTF-8: it makes either side forget what came before. */
const sentinel = 0xff;

/** Whether the QEMU guest agent behind this socket answers. That the guest runs no agent is no error. */
export async function pingGuestAgent(path: string, options: AgentOptions = {}): Promise<boolean> {
  return (await askGuestAgent(path, 'guest-ping', options)) !== undefined;
}

/**
 * Asks the QEMU guest agent behind this socket. Bytes that an earlier client left unread do no harm: it
 * synchronizes first (docs/interop/qemu-ga.rst; `guest-sync-delimited` in qga/qapi-schema.json).
 *
 * @param command one without arguments.
 * @returns its answer; undefined when there is no socket, no answer in time, or it refuses.
 */
export async function askGuestAgent(
  path: string,
  command: string,
  { timeout = 3, signal }: AgentOptions = {},
): Promise<unknown> {
  const deadline = now() + timeout * 1000;
  const remaining = (): Limits => ({ timeout: (deadline - now()) / 1000, signal });
  const late = () =>
    new QmpError('qmp.timeout', `The guest agent on ${path} does not answer within ${timeout} s.`);
  try {
    const connection = await openConnection(
      path,
      remaining(),
      late,
      new MessageReader({ startByte: sentinel }),
    );
    try {
      const id = Math.floor(Math.random() * 2 ** 31);
      const sync = encodeMessage({ execute: 'guest-sync-delimited', arguments: { id } });
      connection.send(Buffer.concat([Buffer.of(sentinel), Buffer.from(sync)]));
      let message = await connection.next(remaining(), late);
      while (message.return !== id) message = await connection.next(remaining(), late);
      connection.send({ execute: command });
      message = await connection.next(remaining(), late);
      return message.return;
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (error instanceof QmpError) return undefined;
    throw error;
  }
}
