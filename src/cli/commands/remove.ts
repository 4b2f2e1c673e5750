/** `vm remove` */
import type { Command } from 'commander';
import { get } from '../../runtime/vm.js';
import { inOrder, unique } from '../several.js';

export function configure(command: Command): void {
  command
    .argument('<name...>', 'the VMs, which must be stopped')
    .addHelpText(
      'after',
      `
Logs, UEFI variables and the seed of cloud-init go, and what a crash left. Disks and specs are yours, and stay.

Examples:
  vm remove demo
  vm down demo && vm remove demo`,
    )
    .action((names: string[]) => inOrder(unique(names), (name) => get(name).remove()));
}
