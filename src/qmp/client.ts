import { untilThere } from './appear.js';
import type { Connection } from './connection.js';
import { defaultDeadline } from './deadlines.js';
import { QmpError } from './errors.js';
import { EventHub } from './events.js';
import { type ConnectOptions, type OpenMonitor, openMonitor, type QmpGreeting } from './greeting.js';
import { now, pause, within } from './limits.js';
import { PendingCommands } from './pending.js';
import { hasCode } from './system-error.js';
import type {
  ExecuteOptions,
  ExecuteParameters,
  QmpCommandName,
  QmpEvent,
  QmpEventName,
  QmpReturns,
  QmpTimestamp,
  RawQmpEvent,
} from './types.js';
import { isEvent, isJsonObject, type JsonObject, type JsonValue } from './wire.js';

export interface ReadyOptions extends Omit<ConnectOptions, 'greetingTimeout'> {
  /** Seconds for all of it: the socket's appearance and the greeting. Default: 30. */
  timeout?: number | undefined;
}

export interface OnceOptions<Name extends QmpEventName> {
  /** Seconds until the event must have come. Default: none. */
  timeout?: number | undefined;
  /** Aborting it rejects with its reason. */
  signal?: AbortSignal | undefined;
  /** Only an event for which this is true. Default: any. */
  where?: ((event: QmpEvent<Name>) => boolean) | undefined;
}

/** Seconds between two looks whether QEMU listens on its socket, which it does at once. */
const listenInterval = 0.001;

/**
 * A client of one QMP monitor (docs/interop/qmp-spec.txt). QEMU serves one client per monitor: keep it short, or give
 * watchers a monitor of their own.
 *
 * ```ts
 * const client = await QmpClient.connect('/run/vm/worker/user.sock');
 * const { status } = await client.execute('query-status');
 * await client.close();
 * ```
 */
export class QmpClient implements AsyncDisposable {
  /** The version of this QEMU and what it offers. */
  readonly greeting: QmpGreeting;
  /** Resolves when the connection is gone, whoever ended it. Never rejects. */
  readonly closed: Promise<void>;
  readonly #connection: Connection;
  readonly #events = new EventHub();
  readonly #pending = new PendingCommands();
  #lastId = 0;
  /** Events that came before the caller of {@link connect} could listen. */
  #early: RawQmpEvent[] | undefined = [];

  private constructor({ connection, greeting, overtaking }: OpenMonitor) {
    this.#connection = connection;
    this.greeting = greeting;
    this.closed = connection.closed.then((reason) => this.#end(reason, true));
    for (const message of overtaking) this.#receive(message);
    connection.receive((message) => this.#receive(message));
  }

  /**
   * Connects, waits for the greeting and negotiates. Events from here on reach every listener that is attached in the
   * same turn as the promise resolves.
   *
   * @throws {QmpError} `qmp.unreachable`; `qmp.held` when another client holds this monitor; `qmp.no-greeting` when
   *   QEMU does not answer; `qmp.malformed` when this is no QMP monitor; `qmp.closed` when QEMU hung up.
   */
  static async connect(path: string, options: ConnectOptions = {}): Promise<QmpClient> {
    const client = new QmpClient(await openMonitor(path, options));
    setImmediate(() => client.#releaseEarlyEvents());
    return client;
  }

  /**
   * {@link connect} for a QEMU that is just starting: waits until its socket exists and is listened on. Abort the
   * signal when that QEMU exits.
   */
  static async connectWhenReady(
    path: string,
    { timeout = 30, signal, pid }: ReadyOptions = {},
  ): Promise<QmpClient> {
    const deadline = now() + timeout * 1000;
    const remaining = () => (deadline - now()) / 1000;
    for (;;) {
      try {
        return await QmpClient.connect(path, { greetingTimeout: remaining(), signal, pid });
      } catch (error) {
        if (!mayStillCome(error) || now() >= deadline) throw error;
        if (isAbsent(error)) await untilThere(path, { timeout: remaining(), signal }, () => error);
        else await pause(listenInterval, signal);
      }
    }
  }

  /**
   * Carries out one command. Several may be under way at once: QEMU takes them in the order sent.
   *
   * The connection's end counts as the answer to `quit`.
   *
   * @throws {QmpCommandError} QEMU refused it, with its class and description.
   * @throws {QmpError} `qmp.timeout` past the deadline, which does not mean that the VM is dead; `qmp.closed`.
   */
  async execute<Name extends QmpCommandName>(
    command: Name,
    ...[parameters, options]: ExecuteParameters<Name>
  ): Promise<QmpReturns<Name>> {
    // Trusted to be what the schema says: the answers of a QEMU are not checked again.
    return this.executeRaw(command, parameters, options);
  }

  /** {@link execute} for any command, unchecked. */
  async executeRaw(command: string, parameters?: object, options: ExecuteOptions = {}): Promise<JsonValue> {
    const { timeout = defaultDeadline(command), signal } = options;
    const late = () =>
      new QmpError('qmp.timeout', `${command}: no answer within ${timeout} s.`, {
        hint: 'This does not mean that the VM is dead: QEMU may be busy or stopped, and may still carry the command out.',
      });
    return within({ timeout, signal }, late, (resolve, reject) => {
      this.#lastId += 1;
      this.#connection.send({ execute: command, arguments: parameters, id: this.#lastId });
      this.#pending.add(this.#lastId, { command, resolve, reject });
      return undefined;
    });
  }

  /** Calls the listener with every event of that name. @returns what takes it away again. */
  on<Name extends QmpEventName>(name: Name, listener: (event: QmpEvent<Name>) => void): () => void {
    return this.#events.listen((event) => {
      if (event.event === name) listener(event as unknown as QmpEvent<Name>);
    });
  }

  /**
   * The next event of that name. Ask before the command that causes it: `cont` sends RESUME before its answer.
   *
   * @throws {QmpError} `qmp.timeout` past the deadline; `qmp.closed` when the connection ends.
   */
  once<Name extends QmpEventName>(name: Name, options: OnceOptions<Name> = {}): Promise<QmpEvent<Name>> {
    const { where = () => true, timeout, signal } = options;
    const matches = (event: RawQmpEvent) => event.event === name && where(event as unknown as QmpEvent<Name>);
    const late = () => new QmpError('qmp.timeout', `No event ${name} within ${timeout} s.`);
    const event = this.#events.first(matches, { timeout, signal }, late);
    // Whoever asked may never get to wait for it, because the command in between failed: no unhandled rejection then.
    event.catch(() => undefined);
    return event as Promise<unknown> as Promise<QmpEvent<Name>>;
  }

  /**
   * All events from this call on, of unknown names too; none is lost between two steps. Ends when the connection does.
   * Leave the loop, or call `return()`, to end it earlier: unread events are kept in memory.
   */
  events(): AsyncIterableIterator<QmpEvent> {
    return this.#events.stream() as AsyncIterableIterator<unknown> as AsyncIterableIterator<QmpEvent>;
  }

  /** Closes the connection; commands under way fail with `qmp.closed`. Resolves within a quarter of a second. */
  async close(): Promise<void> {
    const closing = this.#connection.close();
    if (this.#connection.end !== undefined) this.#end(this.#connection.end, false);
    await closing;
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #receive(message: JsonObject): void {
    if (isEvent(message)) this.#publish(message);
    else this.#pending.answer(message);
  }

  #publish({ event: name, data, timestamp }: JsonObject & { event: string }): void {
    const event = { event: name, data: isJsonObject(data) ? data : {}, timestamp: parseTimestamp(timestamp) };
    if (this.#early === undefined) this.#events.publish(event);
    else this.#early.push(event);
  }

  #releaseEarlyEvents(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const event of early) this.#events.publish(event);
  }

  #end(reason: QmpError, byOther: boolean): void {
    this.#releaseEarlyEvents();
    this.#pending.fail(reason, byOther && reason.code === 'qmp.closed');
    this.#events.end(reason);
  }
}

function parseTimestamp(timestamp: JsonValue | undefined): QmpTimestamp {
  if (!isJsonObject(timestamp)) return { seconds: -1, microseconds: -1 };
  return { seconds: Number(timestamp.seconds), microseconds: Number(timestamp.microseconds) };
}

/** No socket yet, or the stale one of an earlier QEMU. */
function mayStillCome(error: unknown): error is QmpError {
  return error instanceof QmpError && hasCode(error.cause, 'ENOENT', 'ECONNREFUSED');
}

function isAbsent({ cause }: QmpError): boolean {
  return hasCode(cause, 'ENOENT');
}
