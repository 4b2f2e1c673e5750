import { type Connection, openConnection } from './connection.js';
import { QmpError } from './errors.js';
import { diagnoseSilence } from './held.js';
import { type Limits, now } from './limits.js';
import type { QmpCommands } from './schema.generated.js';
import { isEvent, isJsonObject, type JsonObject } from './wire.js';

/** What QEMU says first (docs/interop/qmp-spec.txt, 2.2). */
export interface QmpGreeting {
  version: QmpCommands['query-version']['returns'];
  /** `oob`: QEMU offers out-of-band execution. This client does not use it. */
  capabilities: string[];
}

/** A monitor after its negotiation. */
export interface OpenMonitor {
  connection: Connection;
  greeting: QmpGreeting;
  /** Events that overtook the answer to the negotiation. */
  overtaking: JsonObject[];
}

export interface ConnectOptions {
  /** Seconds until QEMU must have greeted; `Infinity` is no deadline. Default: 5. */
  greetingTimeout?: number | undefined;
  /** Aborting it gives up with its reason. */
  signal?: AbortSignal | undefined;
  /** The process id of the QEMU behind the socket, if known: a stopped one is then told as such. */
  pid?: number | undefined;
}

/**
 * Connects to a monitor, waits for its greeting and leaves the negotiation behind. Nothing stays open if that fails.
 *
 * One deadline for all of it: with an I/O thread for its monitors QEMU still greets when its main loop hangs, but
 * carries out no command.
 */
export async function openMonitor(
  path: string,
  { greetingTimeout = 5, signal, pid }: ConnectOptions,
): Promise<OpenMonitor> {
  const deadline = now() + greetingTimeout * 1000;
  const remaining = (): Limits => ({ timeout: (deadline - now()) / 1000, signal });
  const silence = new QmpError('qmp.no-greeting', `No answer on ${path}.`);
  let connection: Connection | undefined;
  let greeting: QmpGreeting | undefined;
  try {
    connection = await openConnection(path, remaining(), () => silence);
    greeting = parseGreeting(path, await connection.next(remaining(), () => silence));
    connection.send({ execute: 'qmp_capabilities' });
    const overtaking: JsonObject[] = [];
    let answer = await connection.next(remaining(), () => silence);
    for (; isEvent(answer); answer = await connection.next(remaining(), () => silence))
      overtaking.push(answer);
    checkNegotiation(answer);
    return { connection, greeting, overtaking };
  } catch (error) {
    // Our connection must still wait in the queue while the kernel is asked about it.
    const greeted = greeting !== undefined;
    const failure = error === silence ? explained(path, greetingTimeout, greeted, pid) : error;
    connection?.destroy();
    throw failure;
  }
}

function parseGreeting(path: string, message: JsonObject): QmpGreeting {
  const greeting = message.QMP;
  if (isJsonObject(greeting) && isJsonObject(greeting.version) && Array.isArray(greeting.capabilities)) {
    return greeting as unknown as QmpGreeting;
  }
  throw new QmpError(
    'qmp.malformed',
    `${path} is no QMP monitor: it greets with ${JSON.stringify(message).slice(0, 80)}.`,
  );
}

function checkNegotiation(answer: JsonObject): void {
  if (isJsonObject(answer.return)) return;
  throw new QmpError('qmp.malformed', `qmp_capabilities: ${JSON.stringify(answer).slice(0, 200)}`);
}

function explained(path: string, timeout: number, greeted: boolean, pid?: number): QmpError {
  const silence = diagnoseSilence(path, pid);
  const within = `within ${Number(timeout.toFixed(2))} s`;
  const notDead = 'This does not mean that the VM is dead.';
  if (silence === 'stopped') {
    return new QmpError('qmp.no-greeting', `QEMU does not answer on ${path}: process ${pid} is stopped.`, {
      hint: `It goes on after: kill -CONT ${pid}`,
    });
  }
  if (silence === 'held' && !greeted) {
    return new QmpError('qmp.held', `Another client holds the monitor ${path}.`, {
      hint: 'QEMU serves one client per monitor: end the other one, or use another monitor of this VM.',
    });
  }
  const notHeld = greeted || silence === 'unanswered';
  return new QmpError('qmp.no-greeting', `QEMU does not answer on ${path} ${within}.`, {
    hint: notHeld
      ? `No other client holds this monitor: QEMU is stopped, or busy with memory or a disk. ${notDead}`
      : `QEMU is stopped or busy, or another client holds this monitor. ${notDead}`,
  });
}
