/** `vm down` */
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import type { DownOptions, DownResult } from '../../index.js';
import { list } from '../../runtime/list.js';
import { get } from '../../runtime/vm.js';
import { interruptible } from '../interrupt.js';
import { durationFlag } from '../options.js';
import { tell } from '../output.js';
import { formatSeconds, Progress } from '../progress.js';
import { fail } from '../report.js';
import { unique } from '../several.js';

export interface DownFlags {
  all?: boolean;
  timeout?: number;
  force?: boolean;
}

export function configure(command: Command): void {
  command
    .argument('[name...]', 'the VMs')
    .option('--all', 'every VM that is here')
    .option(
      '--timeout <duration>',
      "how long the guest may take to power off (default: the spec's lifecycle.shutdownTimeout)",
      durationFlag,
    )
    .option('--force', 'end QEMU itself (quit, SIGTERM, SIGKILL), at once or after --timeout')
    .addHelpText(
      'after',
      `
The guest gets the power button, again while it takes its time. Without --force a guest that does not power off
keeps running, and the exit code is 6. Several VMs stop side by side. Ctrl-C stops waiting.

Examples:
  vm down demo
  vm down web db --timeout 30s --force
  vm down --all`,
    )
    .action((names: string[], flags: DownFlags) => stopAll(names, flags));
}

/** The library's options out of the flags. */
export function downOptions({ timeout, force }: DownFlags): DownOptions {
  return { ...(timeout === undefined ? {} : { timeout }), ...(force === undefined ? {} : { force }) };
}

export async function stopAll(names: readonly string[], flags: DownFlags): Promise<void> {
  if (flags.all === true && names.length > 0) throw usage('--all leaves no names to give');
  if (flags.all !== true && names.length === 0) throw usage('no VM is named');
  const wanted = flags.all
    ? (await list()).filter(({ state }) => state !== 'stopped').map(({ name }) => name)
    : unique(names);
  if (wanted.length === 0) return tell('No VM is here to stop.');
  const progress = new Progress();
  await interruptible(async (signal) => {
    await Promise.all(wanted.map((name) => stop(name, { ...downOptions(flags), signal }, progress)));
  }, 'no longer waiting; it takes a moment');
}

async function stop(name: string, options: DownOptions, progress: Progress): Promise<void> {
  try {
    const vm = get(name);
    const result = await vm.down({ ...options, onProgress: (step) => progress.step(name, step) });
    progress.done(name, howItEnded(result));
  } catch (error) {
    progress.failed(name);
    progress.around(() => fail(error));
  }
}

/** A sentence for people. */
export function howItEnded({ how, seconds }: DownResult): string {
  const after = `after ${formatSeconds(seconds)}`;
  switch (how) {
    case 'guest':
      return `the guest powered off ${after}`;
    case 'quit':
      return `QEMU was told to quit, and did ${after}`;
    case 'terminated':
      return `QEMU was ended by SIGTERM ${after}`;
    case 'killed':
      return `QEMU was ended by SIGKILL ${after}`;
    case 'was-dead':
      return 'QEMU was gone already; what it left is cleared away';
  }
}

function usage(message: string): VmError {
  return new VmError('usage.names', message, {
    hint: '"vm down NAME…" stops some, "vm down --all" stops all.',
  });
}
