/** Keys of a spec as people write them: `disks[0].cache`. Pure. */
import { printable } from './printable.js';

/** Names of maps' keys and indexes of lists, outermost first. */
export type KeyPath = readonly (string | number)[];

/** Formats a path: `disks[0].cache`; a name that is no word is quoted: `cpu.features["a b"]`. */
export function formatKey(path: KeyPath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(part)) return `[${printable(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** Parses `disks[0].cache`. @returns the path, or undefined if the text is no key. */
export function parseKey(text: string): KeyPath | undefined {
  if (text.length > 1024) return undefined;
  const path: (string | number)[] = [];
  const part = /(\.?)([^.[\]=\s"']+)|\[(\d{1,6})\]|\["([^"\\]*)"\]/y;
  while (part.lastIndex < text.length) {
    const first = part.lastIndex === 0;
    const match = part.exec(text);
    if (!match) return undefined;
    const [, dot, word, index, quoted] = match;
    if (word !== undefined && (dot === '.') === first) return undefined;
    path.push(index !== undefined ? Number(index) : (word ?? quoted ?? ''));
  }
  return path.length > 0 && typeof path[0] === 'string' ? path : undefined;
}
