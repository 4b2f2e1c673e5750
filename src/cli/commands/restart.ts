/** `vm restart` */
import type { Command } from 'commander';
import { get } from '../../runtime/vm.js';
import { interruptible } from '../interrupt.js';
import { addOverrides, durationFlag } from '../options.js';
import { formatSeconds, Progress } from '../progress.js';
import { fail, warn } from '../report.js';
import { unique } from '../several.js';
import { type DownFlags, downOptions } from './down.js';
import { type UpFlags, upOptions } from './up.js';

type RestartFlags = UpFlags & Pick<DownFlags, 'force'>;

export function configure(command: Command): void {
  addOverrides(command.argument('<name...>', 'the VMs'))
    .option('--timeout <duration>', 'how long the guest may take to power off, such as 60s', durationFlag)
    .option('--force', 'end QEMU if the guest does not power off')
    .option('--wait <for>', 'return when the guest is up again: agent, ssh, or a text that it prints')
    .option('--paused', 'leave the vCPUs stopped; "vm resume" lets them go')
    .addHelpText(
      'after',
      `
A restart reads the spec again, so changes to it take effect, and takes the --set of the start unless it is given others.
What keeps the VM from coming back is told before it is stopped. "vm reset" only presses the reset button.

Examples:
  vm restart demo
  vm restart demo --set memory.size=2GiB --force`,
    )
    .action((names: string[], flags: RestartFlags) => run(names, flags));
}

async function run(names: readonly string[], flags: RestartFlags): Promise<void> {
  const progress = new Progress();
  const restart = async (name: string, signal: AbortSignal): Promise<void> => {
    const began = performance.now();
    try {
      await get(name).restart({
        ...downOptions(flags),
        ...upOptions(flags),
        signal,
        onProgress: (step) => progress.step(name, step),
        onWarning: (text) => progress.around(() => warn(`${name}: ${text}`)),
      });
      progress.done(
        name,
        `${flags.paused ? 'paused' : 'running'} again after ${formatSeconds((performance.now() - began) / 1000)}`,
      );
    } catch (error) {
      progress.failed(name);
      progress.around(() => fail(error));
    }
  };
  await interruptible(async (signal) => {
    await Promise.all(unique(names).map((name) => restart(name, signal)));
  }, 'what was begun is being undone; it takes a moment');
}
