/** The content of files that go into a guest as they are. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { FileFacts } from '../plan/facts.js';

const mostBytes = 1024 ** 2;

/** Adds the texts of regular files to their facts; null for what is too long, or no UTF-8. */
export function readTexts(paths: readonly string[], files: Map<string, FileFacts>): void {
  for (const path of paths) {
    const facts = files.get(path);
    if (facts?.kind === 'file' && facts.readable) files.set(path, { ...facts, text: readText(path) });
  }
}

function readText(path: string): string | null {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const buffer = Buffer.alloc(mostBytes + 1);
      const read = readSync(descriptor, buffer, 0, buffer.length, 0);
      if (read > mostBytes) return null;
      return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, read));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
