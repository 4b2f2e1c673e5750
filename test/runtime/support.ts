/** A place of its own for VMs, with everything that runs there ended afterwards. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findQemu } from '../../src/qemu/find.js';
import { pathsOf, vmNames } from '../../src/runtime/names.js';
import { readRecord } from '../../src/runtime/record.js';
import { vmRoots } from '../../src/runtime/roots.js';

export interface Place {
  readonly folder: string;
  readonly runtime: string;
  readonly state: string;
  /** Writes a spec and gives its path. */
  spec(name: string, more?: Readonly<Record<string, unknown>>): string;
  /** Processes of QEMU that were started here, by what their command line says. */
  processes(): number[];
  /** Ends what still runs, and removes the folder. */
  clear(): Promise<void>;
}

/** Makes the place and points `VM_RUNTIME_DIR` and the like at it. */
export function makePlace(): Place {
  // Short: the paths of sockets are.
  const folder = mkdtempSync('/tmp/vmt');
  const [runtime, state] = [join(folder, 'run'), join(folder, 'state')];
  process.env.VM_RUNTIME_DIR = runtime;
  process.env.VM_STATE_DIR = state;
  process.env.VM_CACHE_DIR = join(folder, 'cache');
  mkdirSync(join(folder, 'specs'));
  const processes = () => processesNaming(`${runtime}/`);
  return {
    folder,
    runtime,
    state,
    spec: (name, more = {}) => {
      const path = join(folder, 'specs', `${name}.json`);
      writeFileSync(path, JSON.stringify({ ...tiny, name, ...more }));
      return path;
    },
    processes,
    clear: async () => {
      for (const pid of processes()) process.kill(pid, 'SIGKILL');
      while (processes().length > 0) await sleep(0.01);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const tiny = {
  machine: { accelerator: 'tcg' },
  cpu: { vcpus: 2 },
  memory: { size: '64MiB' },
  placement: { vcpus: 'none', emulator: 'none', exclusive: false },
};

/** Why the tests that need QEMU can't run; undefined if they can. */
export const noQemu = findQemu() === undefined ? 'there is no QEMU' : undefined;

export function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** The process of a VM, as its record has it. */
export function pidOf(name: string): number {
  const record = readRecord(pathsOf(name));
  if (typeof record !== 'object' || record.qemu === null) throw new Error(`${name} has no QEMU`);
  return record.qemu.pid;
}

/** Names of files below the runtime folder: empty when nothing is left. */
export function leftovers(place: Place): string[] {
  return [...vmNames(vmRoots()), ...readdirSync(place.runtime)];
}

/** Zombies have no command line. */
function processesNaming(text: string): number[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.filter((pid) => commandLine(pid).some((word) => word.includes(text))).map(Number);
}

function commandLine(pid: string): string[] {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return /qemu-system|taskset$/.test(words[0] ?? '') ? words : [];
  } catch {
    return [];
  }
}
