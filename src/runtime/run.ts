/** Runs a small tool of the system to its end, without a shell. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface RunOptions {
  readonly input?: string;
  /** A descriptor of ours that the tool gets as its number 3. */
  readonly descriptor?: number;
  /** Seconds after which it is killed, and no longer waited for: one that hangs in the kernel does not even die. Default: no limit. */
  readonly timeout?: number;
}

export interface RunResult {
  /** The exit status; null: ended by a signal, or it could not be started. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Never rejects: a tool that can't be started has its reason in `stderr`. */
export function run(
  file: string,
  args: readonly string[],
  { input = '', descriptor, timeout }: RunOptions = {},
): Promise<RunResult> {
  const child = startTool(file, args, descriptor);
  const result = resultOf(child, timeout);
  child.stdin?.end(input);
  return result;
}

function startTool(file: string, args: readonly string[], descriptor?: number): ChildProcess {
  return spawn(file, args, {
    // In a session of its own: Ctrl-C in the terminal is for us, who then undo things with these tools.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', descriptor ?? 'ignore'],
    env: { ...process.env, LC_ALL: 'C' },
  });
}

function resultOf(child: ChildProcess, timeout?: number): Promise<RunResult> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A tool that ends before it has read everything closes the pipe: its status tells what was wrong.
    child.stdin?.on('error', () => undefined);
    const timer = timeout === undefined ? undefined : setTimeout(giveUp, timeout * 1000);
    const end = (status: number | null, words: string) => {
      clearTimeout(timer);
      resolve({ status, stdout, stderr: words });
    };
    function giveUp(): void {
      child.kill('SIGKILL');
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      child.unref();
      end(null, `no answer within ${timeout} s`);
    }
    child.once('error', (error) => end(null, error.message));
    child.once('close', (status) => end(status, stderr));
  });
}

/** As many at a time: what such a tool takes is mostly the kernel's work of starting it. */
const sideBySide = 8;

/** Does its tool for these lines, or for none, and ends; a second time it does nothing. @returns what they complained of. */
export type Each = (lines: readonly string[]) => Promise<string>;

/**
 * Makes ready to run a tool once a line, whose words are its last arguments: by one `xargs`, which takes less time than to start each
 * ourselves. Lines have no quotes, backslashes and other words than our own.
 */
export function forEach(tool: readonly string[]): Each {
  const child = startTool('xargs', ['-r', '-P', `${sideBySide}`, '-L', '1', ...tool]);
  const result = resultOf(child);
  return async (lines) => {
    if (child.stdin?.writableEnded === false) child.stdin.end(lines.map((line) => `${line}\n`).join(''));
    return (await result).stderr;
  };
}

/** {@link forEach} of lines that are known. */
export async function runForEach(tool: readonly string[], lines: readonly string[]): Promise<string> {
  return lines.length === 0 ? '' : forEach(tool)(lines);
}
