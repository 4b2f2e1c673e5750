/** `vm logs` */
import type { Command } from 'commander';
import { get } from '../../runtime/vm.js';
import { interruptible } from '../interrupt.js';
import { print } from '../output.js';

interface LogFlags {
  follow?: boolean;
  qemu?: boolean;
}

export function configure(command: Command): void {
  command
    .argument('<name>', 'the VM')
    .option('-f, --follow', 'go on as it grows, until the VM ends or Ctrl-C')
    .option('--qemu', "QEMU's own output instead of the guest's serial console")
    .addHelpText(
      'after',
      `
Logs stay after the VM is stopped, until its next start.

Examples:
  vm logs demo
  vm logs demo --follow
  vm logs demo --qemu | tail`,
    )
    .action((name: string, flags: LogFlags) => {
      const vm = get(name);
      return interruptible(async (signal) => {
        for await (const chunk of vm.logs({ ...flags, signal })) await print(chunk);
        signal.throwIfAborted();
      }, 'no longer following; it takes a moment');
    });
}
