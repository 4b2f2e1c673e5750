/** The machine that the figures are from. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cpus: number;
  /** GiB. */
  readonly memory: number;
  readonly kernel: string;
  readonly node: string;
  readonly qemu: string;
  /** How guests run: `kvm` or `tcg`. */
  readonly accelerator: string;
  /** Of the minute before the first measurement. */
  readonly load: number;
  /** The day, ISO 8601. */
  readonly date: string;
}

export function readMachine(accelerator: string): Machine {
  const [, cpu = 'unknown'] = /^model name\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
  const [, qemu = 'unknown'] =
    /version (\S+)/.exec(execFileSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' })) ?? [];
  return {
    cpu,
    cpus: availableParallelism(),
    memory: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    qemu,
    accelerator,
    load: load(),
    date: new Date().toISOString().slice(0, 10),
  };
}

export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

/** Above this, others are at work, and figures tell of them too. */
export const quietLoad = 1.5;
