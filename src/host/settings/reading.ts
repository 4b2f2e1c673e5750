/** Values of files of /proc and /sys, and what is the same about judging them. */
import { formatCpuList } from '../../units.js';
import type { Root } from '../root.js';
import type { Machine, ValueChange, Verdict } from './setting.js';

export type Reading =
  | { readonly state: 'value'; readonly path: string; readonly value: string }
  | Absent
  | { readonly state: 'unreadable'; readonly path: string };

interface Absent {
  readonly state: 'absent';
  readonly path: string;
  /** Whether what is not here is not there either: a captured tree may lack all of /proc/sys. */
  readonly told: boolean;
}

export function readValue(root: Root, path: string): Reading {
  const text = root.text(path);
  if (text !== undefined) return { state: 'value', path, value: configured(text) };
  if (root.exists(path)) return { state: 'unreadable', path };
  const [, first = '', second = ''] = path.split('/');
  return { state: 'absent', path, told: root.live || root.isFolder(`/${first}/${second}`) };
}

/** What a file is set to: the word in brackets of a choice (`always [madvise] never`), else the text. Pure. */
export function configured(text: string): string {
  return /\[([^\]]+)\]/.exec(text)?.[1] ?? text.trim();
}

/** Whether a file that was written reads back as what was written; switches of modules are written 1 and read Y. Pure. */
export function sameValue(a: string, b: string): boolean {
  const plain = (value: string) => ({ Y: '1', N: '0' })[value] ?? value;
  return plain(a) === plain(b);
}

/** A file that is there and can't be read is no setting that is wrong. Pure. */
export function unreadable({ path }: Reading): Verdict {
  return {
    status: 'note',
    found: 'can not be read',
    advice: `${path} is not for this user to read: see as root.`,
  };
}

/** What is said of a file that is not there. Pure. */
export function absence({ told }: Absent, words: string): string {
  return told ? words : 'not told here';
}

export function valueChange(reading: Reading, to: string): ValueChange[] {
  return reading.state !== 'value' || sameValue(reading.value, to)
    ? []
    : [{ kind: 'value', path: reading.path, from: reading.value, to }];
}

/** Of one CPU. */
export interface CpuReading {
  readonly cpu: number;
  readonly reading: Reading;
}

/** A file of each online CPU, below its folder. */
export function readEachCpu({ root, facts }: Machine, file: string): CpuReading[] {
  return facts.cpus
    .filter(({ online }) => online)
    .map(({ cpu }) => ({ cpu, reading: readValue(root, `/sys/devices/system/cpu/cpu${cpu}/${file}`) }));
}

/** `performance on 0-9, powersave on 10-19`; one value alone needs no CPUs. Pure. */
export function byCpu(readings: readonly CpuReading[]): string {
  const cpus = new Map<string, number[]>();
  for (const { cpu, reading } of readings) {
    const word = reading.state === 'value' ? reading.value : reading.state;
    cpus.set(word, [...(cpus.get(word) ?? []), cpu]);
  }
  const parts = [...cpus].map(([word, list]) => `${word} on ${formatCpuList(list)}`);
  return parts.join(', ');
}

/** The words of the kernel's command line; a quoted value stays in its word. */
export function kernelWords({ root }: Machine): string[] | null {
  return (
    root
      .text('/proc/cmdline')
      ?.trim()
      .match(/(?:[^\s"]|"[^"]*")+/g) ?? null
  );
}

/** The value of the last `key=value` among them; undefined: it is not there. Pure. */
export function kernelWord(words: readonly string[], key: string): string | undefined {
  return words.findLast((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
}
