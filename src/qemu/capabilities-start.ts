/** A QEMU without a machine, to ask what it can do; nothing of it is left after. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VmError } from '../errors.js';
import { QmpClient } from '../qmp/client.js';
import { findQemu } from './find.js';

/** What a socket's path may have (unix(7)), with room for the names below it. */
const longestFolder = 80;

/**
 * Starts the binary in a private folder, and ends it after the work, however that ends.
 * @param timeout seconds until it must have greeted.
 * @throws VmError `qemu.capabilities` if it does not start, or the work fails, in QEMU's own words where it has some.
 */
export async function withBareQemu<T>(
  binary: string,
  timeout: number,
  work: (client: QmpClient) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir().length > longestFolder ? '/tmp' : tmpdir(), 'vm-qemu-'));
  const socket = join(folder, 'qmp');
  const qemu = start(binary, socket);
  try {
    const signal = AbortSignal.any([qemu.ended, AbortSignal.timeout(timeout * 1000)]);
    await using client = await QmpClient.connectWhenReady(socket, { timeout, signal });
    return await work(client);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VmError(
      'qemu.capabilities',
      `${binary} does not tell what it can do: ${qemu.words() || reason}`,
      {
        cause,
        hint: `Try it by hand: ${binary} -version.`,
      },
    );
  } finally {
    qemu.kill();
    await qemu.gone;
    await rm(folder, { recursive: true, force: true });
  }
}

interface BareQemu {
  readonly kill: () => void;
  readonly ended: AbortSignal;
  readonly gone: Promise<void>;
  /** The first line that it said on stderr. */
  readonly words: () => string;
}

function start(binary: string, socket: string): BareQemu {
  const bare = ['-S', '-no-user-config', '-nodefaults', '-display', 'none', '-machine', 'none'];
  const command = [binary, ...bare, '-qmp', `unix:${socket.replaceAll(',', ',,')},server=on,wait=off`];
  // Should we be killed meanwhile, the kernel ends it for us.
  const guard = findQemu('setpriv');
  const [program = binary, ...args] =
    guard === undefined ? command : [guard, '--pdeathsig', 'KILL', ...command];
  // A group of its own, so that a wrapper's QEMU is ended with the wrapper.
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', detached: true });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < 2000) stderr += chunk.toString('utf8');
  });
  const ending = new AbortController();
  const gone = endOf(child).then((reason) => ending.abort(reason));
  return {
    kill: () => killGroup(child),
    ended: ending.signal,
    gone,
    words: () => stderr.trim().split('\n')[0] ?? '',
  };
}

/** Milliseconds that the last words of a process that ended are waited for: a child of it may keep its stderr open. */
const lastWordsMs = 200;

function endOf(child: ChildProcess): Promise<Error> {
  return new Promise((resolve) => {
    const ended = () => resolve(new Error('it ended at once'));
    child.on('error', resolve);
    child.on('close', ended);
    child.on('exit', () => setTimeout(ended, lastWordsMs).unref());
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
