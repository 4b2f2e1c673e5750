/** `vm network show` */
import type { Command } from 'commander';
import { networkShow } from '../../runtime/networks/look.js';
import { addFormat } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';
import { renderNetwork } from '../render/network.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addFormat(command.argument('<network>', 'its name, or its file'))
    .addHelpText(
      'after',
      `
One that is up is shown as it is, whatever its file says since. One that is down is shown as "vm network up" would make it, rules and all.

Examples:
  vm network show lan
  vm network show ./lan.yaml --format json | jq -r .firewall

Fields of --format json: name, state, problems, file, definition, range (from, to; or null), ports (interface, vm or null), pid (of its
dnsmasq, or null), log, firewall (or null).`,
    )
    .action(async (network: string, { format }: { format: string }) => {
      const details = await networkShow(network);
      await print(format === 'json' ? renderJson(details) : renderNetwork(details, styleFor(process.stdout)));
    });
}
