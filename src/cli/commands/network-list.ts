/** `vm network list` */
import type { Command } from 'commander';
import { networkList } from '../../runtime/networks/look.js';
import { addFormat } from '../options.js';
import { print, tell } from '../output.js';
import { renderJson } from '../render/json.js';
import { renderNetworks } from '../render/network.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addFormat(command)
    .addHelpText(
      'after',
      `
Those that have a file in ./networks, in vm/networks of the config folder or, as root, in /etc/vm/networks, and those that were up.

  up        all that it is made of is there
  degraded  something of it is gone: "vm network show NAME" says what, "vm network up NAME" makes it again
  down      its file alone is there
  foreign   there is an interface of its name that this user's vm did not make

Examples:
  vm network list
  vm network list --format json | jq -r '.[] | select(.state == "up") | .name'

Fields of --format json, an array of objects: name, state, file, mode, address, address6 (each of these or null), ports.`,
    )
    .action(list);
}

async function list({ format }: { format: string }): Promise<void> {
  const networks = await networkList();
  if (format === 'json') return print(renderJson(networks));
  if (networks.length === 0)
    return tell('No network is here. Write one: networks/lan.yaml with "address: 10.77.0.1/24".');
  return print(renderNetworks(networks, styleFor(process.stdout)));
}
