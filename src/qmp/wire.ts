import { QmpError } from './errors.js';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

interface MessageReaderOptions {
  /** The longest message, in bytes, without its line end. Default: 64 MiB. */
  maximumBytes?: number;
  /** A byte after which a new message begins, whatever came before; nothing counts before the first. Default: none. */
  startByte?: number;
}

const lineFeed = 0x0a;
const keptBytes = 64 * 1024;

/**
 * Cuts a byte stream into JSON messages, one a line, as QMP and the guest agent send them. Chunks may be cut anywhere,
 * within a UTF-8 character too; lines may end in LF or CRLF; empty lines are nothing. Linear in the bytes read.
 *
 * Integers beyond 2^53 lose precision, as with any `JSON.parse`.
 */
export class MessageReader {
  readonly #maximumBytes: number;
  readonly #startByte: number | undefined;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #buffer = Buffer.alloc(0);
  #length = 0;
  #started: boolean;
  #failure: QmpError | undefined;

  constructor({ maximumBytes = 64 * 1024 * 1024, startByte }: MessageReaderOptions = {}) {
    this.#maximumBytes = maximumBytes;
    this.#startByte = startByte;
    this.#started = startByte === undefined;
  }

  /** Why the stream can't be read on: `qmp.malformed` or `qmp.too-long`. From then on {@link read} gives nothing. */
  get failure(): QmpError | undefined {
    return this.#failure;
  }

  /** Takes the next bytes and gives the messages that they complete, up to the first that can't be read. Never throws. */
  read(chunk: Uint8Array): JsonObject[] {
    const messages: JsonObject[] = [];
    let start = this.#skipToStart(chunk);
    while (this.#started && this.#failure === undefined) {
      const end = chunk.indexOf(lineFeed, start);
      this.#append(chunk.subarray(start, end < 0 ? chunk.length : end));
      if (end < 0) break;
      const message = this.#take();
      if (message !== undefined) messages.push(message);
      start = end + 1;
    }
    return messages;
  }

  /** Where the bytes that count begin in this chunk. */
  #skipToStart(chunk: Uint8Array): number {
    const mark = this.#startByte === undefined ? -1 : chunk.lastIndexOf(this.#startByte);
    if (mark < 0) return 0;
    this.#length = 0;
    this.#started = true;
    return mark + 1;
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#maximumBytes) {
      this.#failure = new QmpError('qmp.too-long', `A message is longer than ${this.#maximumBytes} bytes.`);
      return;
    }
    if (length > this.#buffer.length) {
      // Doubling keeps the sum of all copies linear in the length of the line.
      const grown = Buffer.alloc(
        Math.min(Math.max(length, 2 * this.#buffer.length, 1024), this.#maximumBytes),
      );
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  #take(): JsonObject | undefined {
    const line = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    if (this.#buffer.length > keptBytes) this.#buffer = Buffer.alloc(0);
    if (this.#failure !== undefined) return undefined;
    try {
      const text = this.#decoder.decode(line);
      if (text.trim() === '') return undefined;
      const message: unknown = JSON.parse(text);
      if (isJsonObject(message)) return message;
      this.#failure = malformed(line);
    } catch (error) {
      this.#failure = malformed(line, error);
    }
    return undefined;
  }
}

/** One message as it goes over the wire. Members that are `undefined` are left out. */
export function encodeMessage(message: object): string {
  return `${JSON.stringify(message)}\n`;
}

/** For what came out of `JSON.parse`: an object, no array and no null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether this message is an event rather than an answer. */
export function isEvent(message: JsonObject): message is JsonObject & { event: string } {
  return typeof message.event === 'string';
}

function malformed(line: Buffer, cause?: unknown): QmpError {
  const shown = line.subarray(0, 80).toString('latin1');
  return new QmpError('qmp.malformed', `This is no QMP message: ${JSON.stringify(shown)}`, {
    hint: 'Is this the socket of a QMP monitor (QEMU: -qmp, or -mon with mode=control)?',
    cause,
  });
}
