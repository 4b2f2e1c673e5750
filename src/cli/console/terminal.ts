/** Raw mode, and the way back from it. */
import type { ReadStream } from 'node:tty';

/** stdin, whatever it is: a terminal, a pipe, a file. */
export type TerminalInput = NodeJS.ReadableStream &
  Partial<Pick<ReadStream, 'isTTY' | 'isRaw' | 'setRawMode' | 'unref'>>;

/**
 * Sends every key as it is typed, unechoed, Ctrl-C too. Does nothing where the input is no terminal.
 * @returns what restores the terminal; the end of the process does it as well, however it comes about.
 */
export function rawMode(input: TerminalInput): () => void {
  if (input.isTTY !== true || input.setRawMode === undefined) return () => undefined;
  const before = input.isRaw === true;
  const restore = () => {
    input.setRawMode?.(before);
    process.off('exit', restore);
  };
  process.once('exit', restore);
  input.setRawMode(true);
  return restore;
}
