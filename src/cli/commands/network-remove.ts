/** `vm network remove` */
import type { Command } from 'commander';
import { networkRemove } from '../../runtime/networks/down.js';
import { inOrder, unique } from '../several.js';

export function configure(command: Command): void {
  command
    .argument('<network...>', 'names of networks, which must be down')
    .addHelpText(
      'after',
      `
Leases and the log of dnsmasq go. The network's file is yours, and stays.

Examples:
  sudo vm network down lan && sudo vm network remove lan`,
    )
    .action((networks: string[]) => inOrder(unique(networks), networkRemove));
}
