/** Writes into files of /proc and /sys that make the kernel do something: each by a process of its own, so that one that hangs hangs alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { VmError } from '../errors.js';
import { now, pause } from '../qmp/limits.js';
import { run } from '../runtime/run.js';

/**
 * One write(2) into a file that is there. It ends with its write, and not with us.
 * @param seconds after which it is left behind.
 * @returns what the kernel answers instead, or that it does not; undefined: it is done.
 */
export async function kernelWrite(path: string, text: string, seconds: number): Promise<string | undefined> {
  const { status, stderr } = await run('dd', [`of=${path}`, ...writerWords], {
    input: text,
    timeout: seconds,
  });
  return status === 0 ? undefined : stderr.trim().split(': ').at(-1) || 'it refuses';
}

/** By which {@link settleWrites} knows one, besides its file. */
const writerWords = ['conv=nocreat', 'status=none'];

/** Seconds between two looks: one takes some milliseconds. */
const interval = 0.05;

/**
 * Waits until no write is under way that was begun by a command that is gone, or gave up: what it does would come after a look at what is.
 * @param prefixes files, or folders of them.
 * @throws VmError `host.sysfs` if one has not ended after so many seconds.
 */
export async function settleWrites(prefixes: readonly string[], seconds: number): Promise<void> {
  const deadline = now() + seconds * 1000;
  for (;;) {
    const writer = findWriter(prefixes);
    if (writer === undefined) return;
    if (now() >= deadline) {
      throw new VmError(
        'host.sysfs',
        `the write into ${writer.path} that an earlier command began has not ended (process ${writer.pid})`,
        {
          hint: 'The kernel log may say why (dmesg). What hangs in the kernel often ends only with a boot; nothing was changed.',
        },
      );
    }
    await pause(interval);
  }
}

interface Writer {
  readonly pid: number;
  readonly path: string;
}

/** What it is to write reaches it only once it is `dd`: before that it has nothing to write. A zombie has no words. */
function findWriter(prefixes: readonly string[]): Writer | undefined {
  for (const name of readdirSync('/proc')) {
    const path = /^\d+$/.test(name) ? targetOf(name) : undefined;
    if (path !== undefined && prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)))
      return { pid: Number(name), path };
  }
  return undefined;
}

function targetOf(pid: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return undefined;
  }
  const [program, file, ...words] = text.split('\0');
  const isWriter = program === 'dd' && writerWords.every((word, index) => words[index] === word);
  return isWriter ? /^of=(.*)$/s.exec(file ?? '')?.[1] : undefined;
}
