/** Reads the text of a spec: at once from a file, in its own time from a pipe or terminal, which may never give one. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { hasCode } from '../qmp/system-error.js';

/** One byte more than a spec may have: enough to see that it is too long, whatever a device or a pipe would still give. */
const mostBytes = 1024 ** 2 + 1;

/** @throws Error of the system; also for what has nothing to read now, such as a device. */
export function readFileNow(path: string): Uint8Array {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readUpTo(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readUpTo(descriptor: number): Uint8Array {
  const buffer = Buffer.alloc(mostBytes);
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    length += read;
    if (read === 0 || length === mostBytes) return buffer.subarray(0, length);
  }
}

/** Like {@link readFileNow}, but waits for what a pipe (`<(…)`) or a FIFO has to give. Aborting the signal rejects with its reason. */
export async function readFileLater(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if (fstatSync(descriptor).isFIFO())
    return readStream(new Socket({ fd: descriptor, readable: true }), signal);
  closeSync(descriptor);
  return readFileNow(path);
}

/** Standard input, to its end. */
export async function readStandardInput(signal?: AbortSignal): Promise<Uint8Array> {
  return readStream(process.stdin, signal);
}

async function readStream(
  stream: AsyncIterable<unknown> & { destroy(): unknown },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const chunks: Buffer[] = [];
  let length = 0;
  const stop = () => void stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk as Uint8Array);
      chunks.push(bytes);
      length += bytes.length;
      if (length >= mostBytes) break;
    }
  } catch (error) {
    signal?.throwIfAborted();
    // Destroyed in the middle: that is what the break above does to a stream.
    if (!hasCode(error, 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stream.destroy();
  }
  signal?.throwIfAborted();
  return Buffer.concat(chunks);
}
