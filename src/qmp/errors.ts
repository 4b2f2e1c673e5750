import { type ErrorDetails, VmError } from '../errors.js';

export type QmpErrorCode =
  /** No socket, nobody listens on it, or no permission. */
  | 'qmp.unreachable'
  /** Another client holds this monitor: QEMU serves one client per monitor. */
  | 'qmp.held'
  /** QEMU listens, but does not greet, or greets and does not negotiate: stopped, busy, or still preallocating memory. */
  | 'qmp.no-greeting'
  /** A deadline passed. It does not mean that the VM is dead. */
  | 'qmp.timeout'
  /** The connection is gone. */
  | 'qmp.closed'
  /** What came is no QMP. */
  | 'qmp.malformed'
  /** A message is longer than the bound. */
  | 'qmp.too-long'
  /** QEMU answered a command with an error: always a {@link QmpCommandError}. */
  | 'qmp.command';

/** Every failure of the QMP client. An abort is none: it rejects with the reason of the caller's own signal. */
export class QmpError extends VmError {
  declare readonly code: QmpErrorCode;

  constructor(code: QmpErrorCode, message: string, details?: ErrorDetails) {
    super(code, message, details);
  }
}

/**
 * The classes that QEMU's `QapiErrorClass` knows. Nearly every error is a `GenericError`; only the description tells
 * more (docs/interop/qmp-spec.txt, 2.4.2; qapi/error.json).
 */
export type QmpErrorClass =
  | 'GenericError'
  | 'CommandNotFound'
  | 'DeviceNotActive'
  | 'DeviceNotFound'
  | 'KVMMissingCap';

/** QEMU refused a command. `message` is for people: `device_add: Bus 'pci.9' not found (GenericError)`. */
export class QmpCommandError extends QmpError {
  declare readonly code: 'qmp.command';
  readonly command: string;
  readonly errorClass: QmpErrorClass;
  /** QEMU's own words. */
  readonly description: string;

  constructor(command: string, errorClass: QmpErrorClass, description: string) {
    super('qmp.command', `${command}: ${description} (${errorClass})`);
    this.command = command;
    this.errorClass = errorClass;
    this.description = description;
  }
}
