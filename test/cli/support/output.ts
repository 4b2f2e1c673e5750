/** What a process or a socket says, as it comes. */
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

export interface Output {
  /** All so far; of a process, both streams. */
  readonly text: string;
  /** Resolves when that text has come, behind the first `from` characters; rejects at the end without it. */
  until(text: string, from?: number): Promise<void>;
  /** Resolves at the end, with the exit code of a process. */
  readonly end: Promise<number | null>;
}

export function collect(source: ChildProcess | Socket): Output {
  let text = '';
  let ended = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  const streams: (Readable | null)[] = source instanceof Socket ? [source] : [source.stdout, source.stderr];
  for (const stream of streams) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      wake();
    });
    stream?.on('error', () => undefined);
  }
  const end = new Promise<number | null>((resolve) => {
    source.once('close', (code: number | boolean | null) => {
      ended = true;
      wake();
      resolve(typeof code === 'number' ? code : null);
    });
  });
  const until = (wanted: string, from = 0) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (text.includes(wanted, from)) resolve();
        else if (ended)
          reject(new Error(`ended without ${JSON.stringify(wanted)}: ${JSON.stringify(text.slice(-2000))}`));
        else return;
        waiting.delete(look);
      };
      waiting.add(look);
      look();
    });
  return {
    get text() {
      return text;
    },
    until,
    end,
  };
}
