/** Commands that are timed as a shell would see them: from the spawn to the exit. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Timed {
  /** Milliseconds from the spawn to the exit. */
  readonly time: number;
  /** When it had ended, by performance.now(). */
  readonly ended: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TimedOptions {
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Called with the process as soon as it is there. */
  readonly onSpawn?: ((child: ChildProcess) => void) | undefined;
}

/** Runs a command to its end. @throws Error with its last words if it fails. */
export async function timed(
  [program = '', ...args]: readonly string[],
  { cwd, env, onSpawn }: TimedOptions = {},
): Promise<Timed> {
  const start = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onSpawn?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let ended = 0;
  child.once('exit', () => (ended = performance.now()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stderr || stdout}`);
  return { time: ended - start, ended, stdout, stderr };
}

/** Milliseconds from the spawn until it says the words on stderr; then it is killed. */
export async function timedUntil(
  [program = '', ...args]: readonly string[],
  words: string,
  { cwd, env }: TimedOptions = {},
): Promise<number> {
  const start = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'ignore', 'pipe'] });
  const exit = once(child, 'exit');
  let stderr = '';
  const time = await new Promise<number>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (stderr.includes(words)) resolve(performance.now() - start);
    });
    child.once('exit', () => reject(new Error(`${program} ${args.join(' ')} ended:\n${stderr}`)));
  });
  child.kill('SIGKILL');
  await exit;
  return time;
}

/** Whether it runs; a zombie does not. */
export function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** The most memory that it has held so far, in bytes; undefined when it is gone. */
export function peakMemory(pid: number): number | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

/** Its arguments, with a zero byte behind each; empty when it is gone. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Processor time of all its threads, in ticks of 10 ms. */
export function ticksOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
