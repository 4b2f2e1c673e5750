import { createConnection, type Socket } from 'node:net';
import { QmpError } from './errors.js';
import { type Limits, now, pause, within } from './limits.js';
import { hasCode } from './system-error.js';
import { encodeMessage, type JsonObject, MessageReader } from './wire.js';

/** The room for a path in `struct sockaddr_un`, without the final zero byte (unix(7)). */
export const longestSocketPath = 107;
/** Seconds that the other side is given to close too before the socket is destroyed. */
const closeGrace = 0.25;
/** Seconds between two tries while the listen queue is full; QEMU's is one connection long. */
const retryInterval = 0.02;

/** JSON messages, one a line, over a unix socket. What QMP and the guest agent have in common. */
export class Connection {
  /** Resolves when the connection is gone, whoever ended it, with the reason. Never rejects. */
  readonly closed: Promise<QmpError>;
  readonly #socket: Socket;
  readonly #reader: MessageReader;
  #handler: ((message: JsonObject) => void) | undefined;
  #unhandled: JsonObject[] = [];
  #end: QmpError | undefined;

  constructor(socket: Socket, path: string, reader: MessageReader) {
    this.#socket = socket;
    this.#reader = reader;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (cause) => {
      this.#end ??= new QmpError('qmp.closed', `The connection to ${path} broke: ${cause.message}.`, {
        cause,
      });
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end ??= new QmpError('qmp.closed', `The other side closed the connection to ${path}.`);
        resolve(this.#end);
      });
    });
  }

  /** Why no more can be sent; undefined as long as the connection is open. */
  get end(): QmpError | undefined {
    return this.#end;
  }

  /** Gives every message, those that came before too, to this handler, in order. */
  receive(handler: (message: JsonObject) => void): void {
    this.#handler = handler;
    this.#deliver();
  }

  /** The next message, for a dialogue before {@link receive}. Rejects with `late()` past the deadline. */
  next(limits: Limits, late: () => Error): Promise<JsonObject> {
    return within(limits, late, (resolve, reject) => {
      void this.closed.then(reject);
      this.receive((message) => {
        this.#handler = undefined;
        resolve(message);
      });
      return () => {
        this.#handler = undefined;
      };
    });
  }

  /** @throws {QmpError} `qmp.closed` when the connection is gone. */
  send(message: object | Uint8Array): void {
    if (this.#end !== undefined) throw this.#end;
    this.#socket.write(message instanceof Uint8Array ? message : encodeMessage(message));
  }

  /** Ends our side, waits a moment for the other, then destroys the socket. What was sent before is still delivered. */
  async close(): Promise<void> {
    this.#end ??= new QmpError('qmp.closed', 'The connection was closed by this side.');
    const timer = setTimeout(() => this.#socket.destroy(), closeGrace * 1000);
    this.#socket.end();
    await this.closed;
    clearTimeout(timer);
  }

  /** Gives the connection up at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#unhandled.push(...this.#reader.read(chunk));
    if (this.#reader.failure !== undefined) {
      this.#end ??= this.#reader.failure;
      this.#socket.destroy();
    }
    this.#deliver();
  }

  #deliver(): void {
    while (this.#handler !== undefined) {
      const message = this.#unhandled.shift();
      if (message === undefined) return;
      this.#handler(message);
    }
  }
}

/**
 * Connects to a unix socket. A full listen queue is tried again until the deadline.
 *
 * @throws {QmpError} `qmp.unreachable` when there is no socket, no listener or no permission; `late()` past the deadline.
 */
export async function openConnection(
  path: string,
  limits: Limits,
  late: () => Error,
  reader = new MessageReader(),
): Promise<Connection> {
  if (Buffer.byteLength(path) > longestSocketPath || path.includes('\0')) {
    throw new QmpError('qmp.unreachable', `${JSON.stringify(path)} is no path of a socket.`, {
      hint: `A path has at most ${longestSocketPath} bytes and no zero byte.`,
    });
  }
  const deadline = now() + (limits.timeout ?? Number.POSITIVE_INFINITY) * 1000;
  for (;;) {
    const remaining = { ...limits, timeout: (deadline - now()) / 1000 };
    try {
      return await connectOnce(path, remaining, late, reader);
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw isSystemError(error) ? unreachable(path, error) : error;
      if (now() >= deadline) throw late();
    }
    await pause(retryInterval, limits.signal);
  }
}

function connectOnce(
  path: string,
  limits: Limits,
  late: () => Error,
  reader: MessageReader,
): Promise<Connection> {
  return within(limits, late, (resolve, reject) => {
    const socket = createConnection({ path });
    let connection: Connection | undefined;
    socket.on('error', reject);
    socket.once('connect', () => {
      connection = new Connection(socket, path, reader);
      resolve(connection);
    });
    return () => {
      if (connection === undefined) socket.destroy();
    };
  });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function unreachable(path: string, cause: NodeJS.ErrnoException): QmpError {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such socket',
    ENOTDIR: 'there is no such socket',
    ECONNREFUSED: 'nobody listens on it: the QEMU that made it is gone',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
  };
  const reason = reasons[cause.code ?? ''] ?? cause.message;
  return new QmpError('qmp.unreachable', `Can't connect to ${path}: ${reason}.`, { cause });
}
