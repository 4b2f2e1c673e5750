/** The folder that a measurement works in, and `vm` in it: its own runtime and state folders, its own specs and disks. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine, runs, type Timed, type TimedOptions, ticksOf, timed } from './processes.js';

/** The CLI as it is installed: one file that Node runs. */
const cli = resolve(import.meta.dirname, '../../dist/cli/vm.cjs');

/** What `vm list --format json` says of a VM. */
interface Listed {
  readonly name: string;
  readonly pid: number | null;
}

export class BenchFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'vmb-'));
  readonly disk = join(this.path, 'disk.qcow2');
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    this.env = {
      ...process.env,
      VM_RUNTIME_DIR: join(this.path, 'run'),
      VM_STATE_DIR: join(this.path, 'state'),
      XDG_CONFIG_HOME: join(this.path, 'config'),
    };
    mkdirSync(join(this.path, 'vms'));
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', this.disk, '1G']);
  }

  /** The command line of a verb. */
  argv(...args: string[]): string[] {
    return [process.execPath, cli, ...args];
  }

  vm(args: readonly string[], options: TimedOptions = {}): Promise<Timed> {
    return timed(this.argv(...args), { cwd: this.path, env: this.env, ...options });
  }

  writeSpec(name: string, text: string): string {
    const path = join(this.path, 'vms', `${name}.yaml`);
    writeFileSync(path, text);
    return path;
  }

  async running(): Promise<Listed[]> {
    return JSON.parse((await this.vm(['list', '--format', 'json'])).stdout) as Listed[];
  }

  async pidOf(name: string): Promise<number> {
    const pid = (await this.running()).find((each) => each.name === name)?.pid;
    if (pid === undefined || pid === null) throw new Error(`${name} does not run`);
    return pid;
  }

  /** Waits until the firmware of all guests has found nothing to boot: together they take less than a tenth of a CPU. */
  async settle(): Promise<void> {
    const pids = (await this.running()).flatMap(({ pid }) => pid ?? []);
    const all = () => pids.reduce((sum, pid) => sum + ticksOf(pid), 0);
    for (let round = 0; round < 120; round += 1) {
      const before = all();
      await sleep(1000);
      if (all() - before < 10) return;
    }
  }

  async downAll(): Promise<void> {
    if ((await this.running()).length > 0) await this.vm(['down', '--all', '--force']);
  }

  /** Processes of `vm` and QEMU that have this folder in their command line. */
  processes(): number[] {
    return readdirSync('/proc').flatMap((entry) => {
      const pid = Number(entry);
      return Number.isInteger(pid) &&
        pid !== process.pid &&
        runs(pid) &&
        commandLine(pid).includes(`${this.path}/`)
        ? [pid]
        : [];
    });
  }

  async remove(): Promise<void> {
    await this.downAll();
    rmSync(this.path, { recursive: true, force: true });
  }
}
