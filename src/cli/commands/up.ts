/** `vm up` */
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import type { UpOptions, Vm } from '../../index.js';
import { now } from '../../qmp/limits.js';
import { up } from '../../runtime/up.js';
import { interruptible } from '../interrupt.js';
import { addOverrides, durationFlag } from '../options.js';
import { formatSeconds, labelOf, Progress } from '../progress.js';
import { fail, warn } from '../report.js';
import { unique } from '../several.js';
import { Timings } from '../timings.js';

export interface UpFlags {
  set: string[];
  wait?: string;
  timeout?: number;
  paused?: boolean;
  verify?: boolean;
  timings?: boolean;
}

export function configure(command: Command): void {
  addOverrides(command.argument('<spec...>', 'names or files of specs; - is stdin'))
    .option('--wait <for>', 'return when the guest is up: agent, ssh, or a text that it prints')
    .option('--timeout <duration>', 'how long --wait may take, such as 60s', durationFlag)
    .option('--paused', 'leave the vCPUs stopped; "vm resume" lets them go')
    .option('--verify', 'start nothing that does not keep each promise of its spec')
    .option('--timings', 'tell where the time went, step by step')
    .addHelpText(
      'after',
      `
A name is looked for in ./vms, then in the folder vm of your configuration folder. Several VMs start side by side.
If a start fails, or is interrupted by Ctrl-C, all that it did is undone.

Examples:
  vm up demo
  vm up vms/demo.yaml --set cpu.vcpus=4 --wait "login:" --timeout 60s
  vm up web db cache --wait agent
  vm up demo --timings`,
    )
    .action((specs: string[], flags: UpFlags) => startAll(specs, flags));
}

/** The library's options out of the flags of `up`, `run` and `restart`. */
export function upOptions({ set, wait, timeout, paused, verify }: UpFlags): UpOptions {
  return {
    ...(set.length === 0 ? {} : { overrides: set }),
    ...(wait === undefined ? {} : { wait }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(paused === undefined ? {} : { paused }),
    ...(verify === undefined ? {} : { verify }),
  };
}

export async function startAll(specs: readonly string[], flags: UpFlags): Promise<void> {
  if (flags.timeout !== undefined && flags.wait === undefined) {
    throw new VmError('usage.timeout', '--timeout goes with --wait', {
      hint: '"vm help up" shows how it is used.',
    });
  }
  const progress = new Progress();
  await interruptible(async (signal) => {
    await Promise.all(unique(specs).map((spec) => start(spec, flags, signal, progress)));
  }, 'what was begun is being undone; it takes a moment');
}

async function start(spec: string, flags: UpFlags, signal: AbortSignal, progress: Progress): Promise<void> {
  const timings = flags.timings ? new Timings() : undefined;
  const options: UpOptions = { ...upOptions(flags), signal, onStepDone: (step) => timings?.done(step) };
  const label = labelOf(spec);
  const began = now();
  try {
    const vm = await upWithProgress(spec, options, progress);
    const how = options.paused ? 'paused' : options.wait === undefined ? 'running' : 'up';
    const next = options.paused ? `vm resume ${vm.name}` : `vm console ${vm.name}`;
    if (options.wait !== undefined) timings?.done('wait for the guest');
    progress.done(label, `${how} after ${formatSeconds((now() - began) / 1000)} (${next})`);
    if (timings !== undefined) progress.note(timings.render());
  } catch (error) {
    progress.failed(label);
    progress.around(() => fail(error));
  }
}

/** Starts one VM; its steps and warnings go to the progress of all. */
export function upWithProgress(spec: string, options: UpOptions, progress: Progress): Promise<Vm> {
  const label = labelOf(spec);
  return up(spec, {
    ...options,
    onProgress: (step) => progress.step(label, step),
    onWarning: (text) => progress.around(() => warn(`${label}: ${text}`)),
  });
}
