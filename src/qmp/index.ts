/** A QMP client on its own: `import { QmpClient } from '@multiverse/vm/qmp'`. */
export { type AgentOptions, pingGuestAgent } from './agent.js';
export { type OnceOptions, QmpClient, type ReadyOptions } from './client.js';
export { defaultDeadline } from './deadlines.js';
export { QmpCommandError, QmpError, type QmpErrorClass, type QmpErrorCode } from './errors.js';
export type { ConnectOptions, QmpGreeting } from './greeting.js';
export type { QmpCommands, QmpEvents } from './schema.generated.js';
export type {
  ExecuteOptions,
  ExecuteParameters,
  QmpArguments,
  QmpCommandName,
  QmpEvent,
  QmpEventName,
  QmpReturns,
  QmpTimestamp,
  RawQmpEvent,
} from './types.js';
export type { JsonObject, JsonValue } from './wire.js';
