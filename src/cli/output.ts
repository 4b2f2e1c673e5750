/** The two streams: data goes to stdout, prose and progress to stderr. */
import { VmError } from '../errors.js';

/** The reader of stdout is gone (`vm logs demo | head`). Not an error: whoever gets it just ends. */
export class BrokenPipe extends Error {}

/**
 * Writes data to stdout; resolves when it is handed on, so that a slow reader slows us down.
 * @throws {BrokenPipe} the reader is gone.
 * @throws {VmError} `host.output` when it can't be written, a full disk, say.
 */
export function print(data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(data, (error) => {
      if (error) reject(outputError(error));
      else resolve();
    });
  });
}

function outputError(error: NodeJS.ErrnoException): Error {
  // A write after the first EPIPE fails with one of the other two.
  if (['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes(error.code ?? ''))
    return new BrokenPipe();
  return new VmError('host.output', `the output can't be written: ${error.message}`, { cause: error });
}

/** A line of prose on stderr. Who closed stderr misses it. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Write errors come back to whoever wrote; without a listener they would end the process. */
export function quietStreams(): void {
  const ignore = () => undefined;
  process.stdout.on('error', ignore);
  process.stderr.on('error', ignore);
}
