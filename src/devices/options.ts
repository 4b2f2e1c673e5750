/** Options as most devices need them: `-device`, `-object` in JSON, other flags as text. Pure. */
import type { QemuOption } from '../command/option.js';
import { type JsonValue, json, keyValue } from '../command/quote.js';

type Properties = { readonly [key: string]: JsonValue | undefined };

export function deviceOption(origin: string, why: string, properties: Properties, cost?: string): QemuOption {
  return { group: 'devices', flag: '-device', value: json(properties), origin, why, cost };
}

export function objectOption(origin: string, why: string, properties: Properties): QemuOption {
  return { group: 'devices', flag: '-object', value: json(properties), origin, why };
}

export function flagOption(flag: string, value: string, origin: string, why: string): QemuOption {
  return { group: 'devices', flag, value, origin, why };
}

/** The socket of a process beside QEMU, to which QEMU connects. */
export function socketOption(id: string, path: string, origin: string, why: string): QemuOption {
  return flagOption('-chardev', keyValue('socket', { id, path }), origin, why);
}
