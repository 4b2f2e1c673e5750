/** Takes QEMU's answers apart. A recorded session is a file that anyone may have written: nothing in it is trusted to have its form. */
import { VmError } from '../errors.js';

export interface JsonObject {
  readonly [key: string]: unknown;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object. @throws VmError `qemu.capabilities` if the value is no object. */
export function field(value: unknown, name: string): unknown {
  if (!isObject(value)) throw malformed(`an object with ${name}`);
  return value[name];
}

/** A list; nothing at all is an empty one. @throws VmError `qemu.capabilities`. */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw malformed('a list');
  return value;
}

/** @param fallback for what is not there. @throws VmError `qemu.capabilities` if it is there and no text. */
export function text(value: unknown, fallback?: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined && fallback !== undefined) return fallback;
  throw malformed('a text');
}

/** A whole number from 0. @throws VmError `qemu.capabilities`. */
export function count(value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw malformed('a number');
}

/** `[{key: 'a', value: 'b'}, …]` as `{a: 'b', …}`. */
export function named(entries: readonly unknown[], key: string, value: string): Record<string, string> {
  // Without a prototype: a name such as `constructor` is a name like any other.
  const result: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const entry of entries) result[text(field(entry, key))] = text(field(entry, value), '');
  return result;
}

function malformed(wanted: string): VmError {
  return new VmError('qemu.capabilities', `QEMU's answer is not what was asked for: it should be ${wanted}`);
}
