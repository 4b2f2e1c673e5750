import type { QmpCommands, QmpEvents } from './schema.generated.js';
import type { JsonObject } from './wire.js';

/** The commands whose arguments and returns are typed. `executeRaw` sends any other. */
export type QmpCommandName = keyof QmpCommands;
export type QmpArguments<Name extends QmpCommandName> = QmpCommands[Name]['arguments'];
export type QmpReturns<Name extends QmpCommandName> = QmpCommands[Name]['returns'];

/** The events whose data is typed. */
export type QmpEventName = keyof QmpEvents;

/** The host's clock when the event happened; both are -1 if QEMU could not read it. */
export interface QmpTimestamp {
  seconds: number;
  microseconds: number;
}

/** One event, or the union of all: `if (event.event === 'SHUTDOWN') event.data.reason`. */
export type QmpEvent<Name extends QmpEventName = QmpEventName> = {
  [N in Name]: { event: N; data: QmpEvents[N]; timestamp: QmpTimestamp };
}[Name];

/** An event as it came: of any name, also of one that this package does not know. */
export interface RawQmpEvent {
  event: string;
  /** Empty where QEMU sends none. */
  data: JsonObject;
  timestamp: QmpTimestamp;
}

export interface ExecuteOptions {
  /** Seconds until the answer must be there; `Infinity` is no deadline. Default: by command, see `defaultDeadline`. */
  timeout?: number | undefined;
  /** Aborting it rejects with its reason. A command that was sent is not taken back: QEMU may still carry it out. */
  signal?: AbortSignal | undefined;
}

/** What follows a command's name: its arguments may be left out where all of them are optional. */
export type ExecuteParameters<Name extends QmpCommandName> =
  Record<never, never> extends QmpArguments<Name>
    ? [parameters?: QmpArguments<Name>, options?: ExecuteOptions]
    : [parameters: QmpArguments<Name>, options?: ExecuteOptions];
