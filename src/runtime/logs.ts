/** What the guest printed on its first serial port, or what QEMU said; of the last start that there was. */
import { existsSync, promises } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { VmError } from '../errors.js';
import { Changes, rest } from './changes.js';

export interface LogOptions {
  /** QEMU's own words instead of the guest's. Default: false. */
  readonly qemu?: boolean | undefined;
  /** Goes on with what comes, until the VM ends. Default: false. */
  readonly follow?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ends without an error when the signal aborts.
 * @param path of the log; undefined where the VM has none.
 * @throws VmError `state.no-log`.
 */
export async function* readLog(
  name: string,
  path: string | undefined,
  { follow = false, signal }: LogOptions,
  isLive: () => boolean,
): AsyncGenerator<string, void, undefined> {
  if (path === undefined || !existsSync(path)) {
    throw new VmError(
      'state.no-log',
      `there is no such log of ${name}${path === undefined ? '' : `: ${path}`}`,
      {
        hint: `Either it never ran, or it has no serial port. What QEMU said: vm logs ${name} --qemu.`,
      },
    );
  }
  const decoder = new StringDecoder('utf8');
  for await (const chunk of followFile(path, follow ? isLive : () => false, signal)) {
    const text = decoder.write(chunk);
    if (text !== '') yield text;
  }
  const rest = decoder.end();
  if (rest !== '') yield rest;
}

const chunkBytes = 64 * 1024;
/** Seconds until a file that is not there is looked for again. */
const interval = 0.25;

/** All bytes of a file, and those that are appended for as long as `goOn` says. A file that is not there yet is waited for. */
export async function* followFile(
  path: string,
  goOn: () => boolean,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  while (!existsSync(path)) {
    if (!goOn() || !(await rest(interval, signal))) return;
  }
  const handle = await promises.open(path, 'r');
  const changes = new Changes(path);
  try {
    for (;;) {
      // Asked before the read: what was written before the end is still read.
      const more = goOn();
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, null);
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
      else if (!more || signal?.aborted) return;
      else await changes.next(signal);
    }
  } finally {
    changes.close();
    await handle.close();
  }
}
