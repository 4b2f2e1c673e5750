/** What the kernel writes into sysfs and procfs: numbers, CPU lists, CPU masks, tables of `Key: value`. Absent is null, never zero. */
import { parseCpuList } from '../units.js';
import type { Root } from './root.js';

/** A whole number that is not negative; the kernel's -1 for "unknown" is null. */
export function wholeNumber(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  if (!/^\d{1,16}$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isSafeInteger(value) ? value : null;
}

/** A CPU list of the kernel, ascending; `(null)` and other notes of old kernels are null. */
export function kernelCpuList(text: string | undefined): number[] | null {
  if (text === undefined) return null;
  return parseCpuList(text.replaceAll('\0', ''))?.sort((a, b) => a - b) ?? null;
}

/** A CPU mask of the kernel, such as `00000000,0000ffff`: 32-bit words in hexadecimal, the highest first (Documentation/admin-guide/cputopology). */
export function kernelCpuMask(text: string | undefined): number[] | null {
  const trimmed = text?.replaceAll('\0', '').trim() ?? '';
  if (!/^[0-9a-f]+(,[0-9a-f]+)*$/i.test(trimmed)) return null;
  const digits = trimmed
    .split(',')
    .map((word, index) => (index === 0 ? word : word.padStart(8, '0')))
    .join('');
  const cpus: number[] = [];
  for (let digit = digits.length - 1, first = 0; digit >= 0; digit--, first += 4) {
    const bits = Number.parseInt(digits.charAt(digit), 16);
    for (let bit = 0; bit < 4; bit++) if ((bits >> bit) & 1) cpus.push(first + bit);
  }
  return cpus;
}

/** CPUs of a file that comes as a list, or, in old captures, only as a mask. */
export function readCpuSet(root: Root, list: string, mask: string): number[] | null {
  return kernelCpuList(root.text(list)) ?? kernelCpuMask(root.text(mask));
}

/** The lines `Key: value` of /proc/meminfo and its kind; a node's file puts `Node 0` before the key. The first of a key counts. */
export function keyValues(text: string | undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text?.split('\n') ?? []) {
    const match = /^(?:Node \d+ )?([^:]+?)\s*:\s*(.*?)\s*$/.exec(line);
    const [, key, value] = match ?? [];
    if (key !== undefined && value !== undefined && !values.has(key)) values.set(key, value);
  }
  return values;
}

/** A value such as `16772456 kB`, in bytes. */
export function kilobytes(value: string | undefined): number | null {
  const amount = wholeNumber(/^(\d+) kB$/.exec(value ?? '')?.[1]);
  return amount === null ? null : amount * 1024;
}
