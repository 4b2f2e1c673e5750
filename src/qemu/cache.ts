/** A small cache of answers that are dear to get and stay true under an identity. Losing it costs time, never truth. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** `$VM_CACHE_DIR`, else the XDG cache folder. */
function cacheFolder(): string {
  const { VM_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  return VM_CACHE_DIR ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vm');
}

/** The JSON kept under a name, or undefined; a broken file counts as none. */
export function readCache(name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(cacheFolder(), name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Keeps JSON under a name, atomically. A folder that can't be written is no error: the answer is asked for again next time. */
export function writeCache(name: string, value: unknown): void {
  const path = join(cacheFolder(), name);
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, JSON.stringify(value), { mode: 0o600 });
    renameSync(draft, path);
  } catch {
    // Read-only home, full disk: nothing that the caller could do better.
  }
}
