/** Joins a terminal, or a pipe, to a guest's serial console. */
import type { Duplex } from 'node:stream';
import { print } from '../output.js';
import type { EscapeKey } from './escape.js';
import { rawMode, type TerminalInput } from './terminal.js';

export interface AttachOptions {
  readonly input: TerminalInput;
  readonly escapeKey: EscapeKey | null;
  readonly signal: AbortSignal;
}

/** `closed`: the guest's side ended; `escaped`: the escape key was pressed. */
export type AttachEnd = 'closed' | 'escaped';

/**
 * Carries bytes both ways until one side ends it; what the guest sends goes to stdout. The end of a piped input is no end: the guest's
 * answer may be still to come. The terminal is as before when this settles.
 * @throws the signal's reason.
 * @throws {BrokenPipe} the reader of stdout is gone.
 */
export async function attach(
  socket: Duplex,
  { input, escapeKey, signal }: AttachOptions,
): Promise<AttachEnd> {
  const restore = rawMode(input);
  let stop: () => void = () => undefined;
  try {
    signal.throwIfAborted();
    return await new Promise<AttachEnd>((resolve, reject) => {
      const abort = () => reject(signal.reason);
      const typed = (chunk: Buffer) => {
        const at = escapeKey !== null && input.isTTY ? chunk.indexOf(escapeKey.byte) : -1;
        const kept = at === -1 ? chunk : chunk.subarray(0, at);
        if (kept.length > 0 && !socket.write(kept)) input.pause();
        if (at !== -1) resolve('escaped');
      };
      const drained = () => input.resume();
      stop = () => {
        signal.removeEventListener('abort', abort);
        input.off('data', typed);
        socket.off('drain', drained);
      };
      receive(socket).then(() => resolve('closed'), reject);
      signal.addEventListener('abort', abort);
      socket.on('drain', drained);
      input.on('data', typed);
    });
  } finally {
    stop();
    restore();
    letGo(input);
    socket.destroy();
  }
}

/** Everything that the guest sends, to stdout, at the speed of its reader. */
async function receive(socket: Duplex): Promise<void> {
  try {
    for await (const chunk of socket) await print(chunk as Buffer);
  } catch (error) {
    // A QEMU that is killed resets the connection: an end like any other.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  }
}

/** An input that is still open must not keep the process alive. */
function letGo(input: TerminalInput): void {
  input.pause();
  input.unref?.();
}
