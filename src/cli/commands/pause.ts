/** `vm pause` */
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
Stops the vCPUs where they are; the guest's clock and its network connections feel it.

Examples:
  vm pause demo
  vm pause web db`,
    )
    .action((names: string[]) =>
      forEach(unique(names), async (name) => {
        await get(name).pause();
        tell(`${name}: paused`);
      }),
    );
}
