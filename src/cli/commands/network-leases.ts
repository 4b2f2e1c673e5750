/** `vm network leases` */
import type { Command } from 'commander';
import { networkLeases } from '../../runtime/networks/look.js';
import { addFormat } from '../options.js';
import { print, tell } from '../output.js';
import { renderJson } from '../render/json.js';
import { renderLeases } from '../render/network.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addFormat(command.argument('<network>', 'the name of a network'))
    .addHelpText(
      'after',
      `
Examples:
  sudo vm network leases lan
  sudo vm network leases lan --format json | jq -r '.[] | select(.vm == "web") | .address'

Fields of --format json, an array of objects: address, mac, hostname (or null), expires (seconds since 1970, or null), vm (or null).`,
    )
    .action(async (network: string, { format }: { format: string }) => {
      const leases = networkLeases(network);
      if (format === 'json') return print(renderJson(leases));
      if (leases.length === 0) return tell(`Nobody has an address of ${network}.`);
      return print(renderLeases(leases, styleFor(process.stdout)));
    });
}
