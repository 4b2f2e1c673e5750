import { QmpCommandError, QmpError, type QmpErrorClass } from './errors.js';
import { isJsonObject, type JsonObject, type JsonValue } from './wire.js';

interface PendingCommand {
  command: string;
  resolve: (value: JsonValue) => void;
  reject: (error: QmpError) => void;
}

/** The commands that were sent and not answered, in the order sent. One whose deadline passed stays until its answer. */
export class PendingCommands {
  readonly #commands = new Map<number, PendingCommand>();

  add(id: number, command: PendingCommand): void {
    this.#commands.set(id, command);
  }

  /** Settles the command that this message answers. An answer to nothing is dropped. */
  answer(message: JsonObject): void {
    const pending = this.#take(message.id);
    if (pending === undefined) return;
    const { command, resolve, reject } = pending;
    if (isJsonObject(message.error)) {
      const { class: errorClass, desc } = message.error;
      const description = typeof desc === 'string' ? desc : 'no description';
      reject(new QmpCommandError(command, errorClass as QmpErrorClass, description));
    } else if (message.return !== undefined) {
      resolve(message.return);
    } else {
      reject(
        new QmpError('qmp.malformed', `${command}: the answer has neither a return value nor an error.`),
      );
    }
  }

  /** No answer will come. @param quits whether QEMU ended the connection, as `quit` makes it do. */
  fail(reason: QmpError, quits: boolean): void {
    for (const { command, resolve, reject } of this.#commands.values()) {
      if (quits && command === 'quit') resolve({});
      else reject(new QmpError(reason.code, `${command}: ${reason.message}`, { cause: reason }));
    }
    this.#commands.clear();
  }

  /** QEMU answers in order, so an answer without id (it could not read the request) belongs to the oldest command. */
  #take(answeredId: JsonValue | undefined): PendingCommand | undefined {
    const id = answeredId ?? this.#commands.keys().next().value;
    if (typeof id !== 'number') return undefined;
    const pending = this.#commands.get(id);
    this.#commands.delete(id);
    return pending;
  }
}
