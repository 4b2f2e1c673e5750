/** `vm host hugepages` */
import type { Command } from 'commander';
import { hostHugepages } from '../../runtime/host-use.js';
import { addFormat, addSysroot } from '../options.js';
import { print } from '../output.js';
import { renderHugepages } from '../render/host-use.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addFormat(addSysroot(command, 'show the machine whose /proc and /sys are in this folder'))
    .addHelpText(
      'after',
      `
Pools of huge pages by size and node, and who has pages of them. "added" are those that the launch of the VM added to the
pool; they go when it stops.

Examples:
  vm host hugepages
  vm host hugepages --format json | jq '[.pools[] | select(.pageBytes == 2097152) | .free] | add'

Fields of --format json: pools (node, pageBytes, total, free; vms: vm, pages, added; others) and reserved
(pageBytes, pages).`,
    )
    .action(async ({ sysroot, format }: { sysroot?: string; format: string }) => {
      const use = hostHugepages(sysroot);
      await print(format === 'json' ? renderJson(use) : renderHugepages(use, styleFor(process.stdout)));
    });
}
