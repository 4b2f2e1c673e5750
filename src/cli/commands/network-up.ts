/** `vm network up` */
import type { Command } from 'commander';
import { networkUp } from '../../runtime/networks/up.js';
import { tell } from '../output.js';
import { inOrder, unique } from '../several.js';

const words = { made: 'is up', changed: 'is as its file says', same: 'was up already' } as const;

export function configure(command: Command): void {
  command
    .argument('<network...>', 'names or files of networks')
    .addHelpText(
      'after',
      `
A bridge of the network's name with the host's address, DHCP and DNS by dnsmasq, and NAT by nft, as the file says. Cards join it by
"networks: [{type: bridge, bridge: NAME}]" in their spec. Again it repairs what is gone and takes over what was changed in the file;
guests stay on it. What it can't make whole it undoes.

Examples:
  sudo vm network up lan
  sudo vm network up ./lan.yaml

A file, complete: address: 10.77.0.1/24`,
    )
    .action((networks: string[]) =>
      inOrder(unique(networks), async (network) => {
        const { name, outcome } = await networkUp(network);
        tell(`${name} ${words[outcome]}`);
      }),
    );
}
