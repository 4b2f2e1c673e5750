/** `vm resume` */
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
Lets the vCPUs of a paused VM go on.

Examples:
  vm resume demo
  vm resume web db`,
    )
    .action((names: string[]) =>
      forEach(unique(names), async (name) => {
        await get(name).resume();
        tell(`${name}: running`);
      }),
    );
}
