/** Checks of the ids of all devices. Pure. */
import { networkId } from '../devices/network-section.js';
import { peripheralIds } from './check-peripherals.js';
import type { KeyIssue } from './error.js';
import { printable } from './printable.js';
import type { VmSpec } from './schema.js';

/** Ids that every VM has or may come to have. */
const ourIds =
  /^(?:(?:serial|parallel|console|channel|vdagent|rng|agent|video|sound|tpm|input|vsock|balloon|crypto|watchdog|panic|smartcard|smbios|fwcfg|acpi|vmgenid|vmcoreinfo|pstore|virtio-serial)\d+(?:-.*)?|iothread\d*|display|vnc|spice|pcie?\.\d+)$/;

export function checkIds(spec: VmSpec): KeyIssue[] {
  const { disks, networks, controllers } = spec;
  const issues: KeyIssue[] = [];
  const devices = [
    ...controllers.map(({ id }, index) => ({ id, key: `controllers[${index}]`, own: true })),
    ...disks.map(({ id }, index) => ({
      id: id ?? `disk${index}`,
      key: `disks[${index}]`,
      own: id !== undefined,
    })),
    ...networks.map((network, index) => ({
      id: networkId(network, index),
      key: `networks[${index}]`,
      own: network.id !== undefined,
    })),
  ];
  devices.push(...peripheralIds(spec));
  const holders = new Map<string, { key: string; own: boolean }>();
  for (const { id, key, own } of devices) {
    const holder = holders.get(id);
    if (own && ourIds.test(id)) {
      issues.push({
        key: `${key}.id`,
        message: `${printable(id)} is an id that vm itself gives`,
        hint: 'choose another',
      });
    } else if (holder) {
      const [wrong, other] = own ? [key, holder.key] : [holder.key, key];
      issues.push({
        key: `${wrong}.id`,
        message: `${printable(id)} is the id of ${other} too`,
        hint: 'choose another',
      });
    }
    holders.set(id, { key, own });
  }
  return issues;
}
