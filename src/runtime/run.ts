/** Runs a small tool of the system to its end, without a shell. */
import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly input?: string;
  /** A descriptor of ours that the tool gets as its number 3. */
  readonly descriptor?: number;
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
  { input = '', descriptor }: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      // In a session of its own: Ctrl-C in the terminal is for us, who then undo things with these tools.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', descriptor ?? 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A tool that ends before it has read everything closes the pipe: its status tells what was wrong.
    child.stdin?.on('error', () => undefined).end(input);
    child.once('error', (error) => resolve({ status: null, stdout, stderr: error.message }));
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}
