/** `vm host iommu` */
import type { Command } from 'commander';
import { hostIommu } from '../../runtime/host-iommu.js';
import { addFormat, addSysroot } from '../options.js';
import { print, tell } from '../output.js';
import { renderIommu } from '../render/iommu.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addFormat(addSysroot(command, 'show the machine whose /proc and /sys are in this folder'))
    .addHelpText(
      'after',
      `
A group is what the IOMMU can tell from the rest: a guest gets all of it but bridges, or none. GUEST says whether a
device can be given away alone, with which others, or why not.

Examples:
  vm host iommu
  vm host iommu --format json | jq -r '.groups[].devices[] | select(.guest == "alone") | .address'

Fields of --format json: groups (group, null for devices in none; devices: address, vendor, device, name, class,
className, driver, node, guest, together, reason). guest is alone, group or no.`,
    )
    .action(async ({ sysroot, format }: { sysroot?: string; format: string }) => {
      const groups = hostIommu(sysroot);
      if (format === 'json') return print(renderJson({ groups }));
      await print(renderIommu(groups, styleFor(process.stdout)));
      if (groups.every(({ group }) => group === null)) {
        tell(
          'There are no IOMMU groups: this machine has no IOMMU, or it is off (VT-d or AMD-Vi in the firmware, intel_iommu=on).',
        );
      }
    });
}
