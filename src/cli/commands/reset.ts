/** `vm reset` */
import type { Command } from 'commander';
import { get } from '../../runtime/vm.js';
import { tell } from '../output.js';
import { forEach, unique } from '../several.js';

export function configure(command: Command): void {
  command
    .argument('<name...>', 'the VMs')
    .addHelpText(
      'after',
      `
Presses the reset button: the guest starts anew at once, without shutting down; QEMU stays. "vm restart" does it with a shutdown.

Examples:
  vm reset demo
  vm reset web db`,
    )
    .action((names: string[]) =>
      forEach(unique(names), async (name) => {
        await get(name).reset();
        tell(`${name}: reset`);
      }),
    );
}
