/** The notations of libvirt's values. Pure. libvirt's docs: formatdomain, "Memory Allocation" and "CPU Allocation". */
import { parseCpuList } from '../units.js';

const powers: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4, p: 5, e: 6 };

/** A number with a unit: `KiB` and `K` are 1024 bytes, `KB` is 1000. @returns bytes, or undefined. */
export function readSize(number: string, unit: string): number | undefined {
  if (!/^\d{1,16}$/.test(number)) return undefined;
  const factor = factorOf(unit);
  const bytes = factor === undefined ? Number.NaN : Number(number) * factor;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function factorOf(unit: string): number | undefined {
  if (/^(b|bytes?)$/i.test(unit)) return 1;
  const match = /^([kmgtpe])(b|ib)?$/i.exec(unit);
  const power = powers[match?.[1]?.toLowerCase() ?? ''];
  if (power === undefined) return undefined;
  return (match?.[2]?.toLowerCase() === 'b' ? 1000 : 1024) ** power;
}

const longestList = 4096;

/** CPUs or nodes: `0-7,^3,9`. What follows `^` is taken out of what stands before it. @returns them sorted, or undefined. */
export function readCpuList(text: string): number[] | undefined {
  // A bound on the time that a list of lists takes.
  if (text.length > longestList) return undefined;
  const cpus = new Set<number>();
  for (const part of text.split(',')) {
    const exclude = part.trim().startsWith('^');
    const range = parseCpuList(part.trim().replace(/^\^/, ''));
    if (range === undefined || range.length === 0) return undefined;
    for (const cpu of range) {
      if (exclude) cpus.delete(cpu);
      else cpus.add(cpu);
    }
  }
  return cpus.size === 0 ? undefined : [...cpus].sort((a, b) => a - b);
}
