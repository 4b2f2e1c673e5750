/** When a process beside QEMU is ready: its socket listens. To connect in order to see would be the one connection that it takes. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { now } from '../qmp/limits.js';
import { Changes, rest } from './changes.js';

/** Seconds between the making of a socket and its listening: two calls that follow one another. */
const listenDelay = 0.001;

/**
 * @param timeout seconds.
 * @returns false when they have passed.
 * @throws the signal's reason.
 */
export async function untilListening(path: string, timeout: number, signal: AbortSignal): Promise<boolean> {
  const deadline = now() + timeout * 1000;
  const changes = new Changes(dirname(path));
  try {
    while (!isListening(readFileSync('/proc/self/net/unix', 'utf8'), path)) {
      signal.throwIfAborted();
      if (now() >= deadline) return false;
      if (existsSync(path)) await rest(listenDelay, signal);
      else await changes.next(signal);
    }
    return true;
  } finally {
    changes.close();
  }
}

/** `__SO_ACCEPTCON` of the kernel's include/linux/net.h. */
const acceptsConnections = 0x10000;

/** @param table the text of `/proc/net/unix` (proc_net(5)). Pure. */
export function isListening(table: string, path: string): boolean {
  return table.split('\n').some((line) => {
    const [, flags, name] = /^\S+: \S+ \S+ (\S+) \S+ \S+ +\d+ (.*)$/.exec(line) ?? [];
    return name === path && flags !== undefined && (Number.parseInt(flags, 16) & acceptsConnections) !== 0;
  });
}
