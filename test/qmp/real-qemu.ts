import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

const binary = 'qemu-system-x86_64';

/** Why the tests with a real QEMU are skipped; undefined where they run. */
export const whyNoQemu =
  spawnSync(binary, ['--version']).status === 0 ? undefined : `${binary} is not installed`;

/** A paused QEMU under TCG, with one monitor and nothing else. */
export class RealQemu {
  readonly path: string;
  readonly process: ChildProcess;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'monitor.sock');
    const options = ['-machine', 'q35', '-accel', 'tcg', '-m', '16', '-S', '-nodefaults', '-display', 'none'];
    this.process = spawn(binary, [...options, '-qmp', `unix:${this.path},server=on,wait=off`], {
      stdio: 'ignore',
    });
  }

  static async start(): Promise<RealQemu> {
    return new RealQemu(await mkdtemp(join(tmpdir(), 'real-qemu-')));
  }

  get pid(): number {
    return this.process.pid ?? -1;
  }

  /** Stops the process; resolves once the kernel has done it. */
  async stop(): Promise<void> {
    this.process.kill('SIGSTOP');
    while (!/\) T /.test(await readFile(`/proc/${this.pid}/stat`, 'latin1'))) await setImmediate();
  }

  /** Resolves with the exit code once the process is gone. */
  async exited(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    return this.process.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited();
    await rm(this.#folder, { recursive: true });
  }
}
