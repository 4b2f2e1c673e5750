/** Runs the built `vm` as a user would, in runtime and state folders of its own, and leaves nothing behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const cli = join(root, 'dist/cli/vm.cjs');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface HomeOptions {
  /** Words that come before those of each command: `ip netns exec NAME`. */
  readonly through?: () => readonly string[];
  /** The CLI that is run, where it is not this project's: in the folder of the home. */
  readonly script?: (folder: string) => string;
}

/** A machine of its own for one test: folders, specs, and every process that comes of it. */
export class TestHome {
  /** Short, because socket paths have 107 bytes. */
  readonly folder = mkdtempSync('/tmp/vmt-');
  readonly runtime = join(this.folder, 'run');
  readonly state = join(this.folder, 'state');

  constructor(private readonly options: HomeOptions = {}) {
    if (!existsSync(cli)) throw new Error('The CLI is not built: run `npm run build` (scripts/test does).');
  }

  /** Writes a spec (JSON is YAML) and gives its path. */
  spec(name: string, spec: object): string {
    return this.file(`${name}.yaml`, JSON.stringify(spec, null, 2));
  }

  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** Makes images of zeros, 4 MiB each. */
  images(...names: string[]): void {
    for (const name of names) truncateSync(this.file(name, ''), 4 * 1024 ** 2);
  }

  spawn(...args: string[]): ChildProcess {
    const { through = () => [], script = () => cli } = this.options;
    const [program = '', ...words] = [...through(), process.execPath, script(this.folder), ...args];
    return spawn(program, words, {
      cwd: this.folder,
      env: { ...process.env, VM_RUNTIME_DIR: this.runtime, VM_STATE_DIR: this.state, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** Runs `vm ARGS…` to its end. */
  vm(...args: string[]): Promise<CliResult> {
    return collect(this.spawn(...args));
  }

  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.vm(...args, '--format', 'json');
    if (code !== 0) throw new Error(`vm ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Every process whose command line or open files name this home: QEMUs and what belongs to them. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(Number)
      .filter((pid) => isRunning(pid) && belongsTo(pid, this.folder));
  }

  /** What is left in the runtime folder: nothing, once every VM is down. */
  leftovers(): string[] {
    if (!existsSync(this.runtime)) return [];
    return readdirSync(this.runtime, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name).slice(this.runtime.length + 1))
      .filter((path) => !isGlobalLock(path));
  }

  /** Kills what a failed test left, and takes the folders away. */
  dispose(): void {
    for (const pid of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone between the look and the kill.
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The lock over all VMs may stay: it holds nothing and is nobody's. */
function isGlobalLock(path: string): boolean {
  return !path.includes('/') && path.endsWith('.lock');
}

function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !'ZX'.includes(stat[stat.lastIndexOf(')') + 2] ?? 'X');
  } catch {
    return false;
  }
}

function belongsTo(pid: number, folder: string): boolean {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/`)) return true;
    return readdirSync(`/proc/${pid}/fd`).some((fd) =>
      readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(`${folder}/`),
    );
  } catch {
    return false;
  }
}

export function collect(child: ChildProcess): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  child.stdin?.end();
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

/** Waits until something holds, looking every few milliseconds. */
export async function until<T>(what: string, look: () => T | undefined | false, seconds = 20): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((wake) => setTimeout(wake, 5));
  }
}
