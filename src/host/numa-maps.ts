/** Huge pages that a process has, by size and node (proc(5), numa_maps). */
import { wholeNumber } from './parse.js';
import type { Root } from './root.js';

export interface ProcessPages {
  readonly pageBytes: number;
  readonly node: number;
  readonly pages: number;
}

/** @returns nothing where the process is gone, or is another user's. */
export function readHugepagesOf(root: Root, pid: number): ProcessPages[] {
  return parseNumaMaps(root.text(`/proc/${pid}/numa_maps`) ?? '');
}

/** `7f00 bind:0 file=/memfd:ram\040(deleted) huge dirty=16 N0=16 kernelpagesize_kB=2048`. Pure. */
export function parseNumaMaps(text: string): ProcessPages[] {
  const found = new Map<string, ProcessPages>();
  for (const line of text.split('\n')) {
    const words = line.split(' ');
    const size = wholeNumber(words.at(-1)?.match(/^kernelpagesize_kB=(\d+)$/)?.[1]);
    if (!words.includes('huge') || size === null) continue;
    for (const word of words) {
      const [, node, count] = /^N(\d+)=(\d+)$/.exec(word) ?? [];
      if (node === undefined || count === undefined) continue;
      const key = `${size} ${node}`;
      const pages = (found.get(key)?.pages ?? 0) + Number(count);
      found.set(key, { pageBytes: size * 1024, node: Number(node), pages });
    }
  }
  return [...found.values()];
}
