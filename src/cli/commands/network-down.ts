/** `vm network down` */
import type { Command } from 'commander';
import { networkDown } from '../../runtime/networks/down.js';
import { tell } from '../output.js';
import { inOrder, unique } from '../several.js';

export function configure(command: Command): void {
  command
    .argument('<network...>', 'names of networks')
    .option('--force', 'even while guests are on it, who lose it', false)
    .addHelpText(
      'after',
      `
Takes away the bridge, the rules and dnsmasq, and switches forwarding off again if it was off before the first network. The leases stay:
guests find their addresses again.

Examples:
  sudo vm network down lan
  sudo vm network down lan --force`,
    )
    .action((networks: string[], { force }: { force: boolean }) =>
      inOrder(unique(networks), async (name) => {
        tell(`${name} ${(await networkDown(name, { force })) ? 'is down' : 'was down already'}`);
      }),
    );
}
