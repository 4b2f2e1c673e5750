/** `vm host pci` */
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import { bindPci, type PciBindingChange, unbindPci } from '../../runtime/host-pci.js';
import { parsePciAddress } from '../../spec/pci-address.js';
import { printable } from '../../spec/printable.js';
import { addFormat } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';

export function configure(command: Command): void {
  const action = command.createArgument('<action>', 'to vfio-pci, or back to their drivers');
  addFormat(
    command
      .addArgument(action.choices(['bind', 'unbind']))
      .argument('<address...>', 'as lspci -D shows it: 0000:65:00.0'),
  )
    .addHelpText(
      'after',
      `
A guest gets devices that vfio-pci has. "vm up" binds those of a VM by itself, and gives them back when it is gone, unless
its spec says managed: false; this is for devices that are to stay bound. An IOMMU group is given away whole, and a device
that this machine needs (a mounted disk, the card of the default route) is refused.

Examples:
  vm host pci bind 0000:65:00.0 0000:65:00.1
  vm host pci unbind 65:00.0

Fields of --format json: devices (address, from, to: drivers, null is none).`,
    )
    .action(async (verb: string, words: readonly string[], { format }: { format: string }) => {
      const addresses = [...new Set(words.map(addressOf))];
      const devices = await (verb === 'bind' ? bindPci(addresses) : unbindPci(addresses));
      await print(format === 'json' ? renderJson({ devices }) : devices.map(line).join(''));
    });
}

function addressOf(word: string): string {
  const address = parsePciAddress(word);
  if (address !== undefined) return address;
  throw new VmError('usage.pci-address', `${printable(word)} is no PCI address`, {
    hint: 'Write it as 0000:65:00.0; vm host iommu shows them.',
  });
}

function line({ address, from, to }: PciBindingChange): string {
  const name = (driver: string | null) => driver ?? 'no driver';
  return from === to ? `${address}: ${name(to)}, as before\n` : `${address}: ${name(from)} → ${name(to)}\n`;
}
