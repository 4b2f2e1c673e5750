/** The PCI devices of a machine by IOMMU group, and what a guest could be given. */
import { readPciDevices } from '../host/pci.js';
import { readPciNames } from '../host/pci-names.js';
import { openRoot } from '../host/root.js';
import type { PciDeviceFacts } from '../plan/facts.js';
import { type Passthrough, passthrough } from '../plan/iommu-groups.js';

export interface IommuDevice extends Omit<PciDeviceFacts, 'iommuGroup' | 'use'>, Passthrough {
  /** Vendor and device; null: no list of names is installed, or it has neither. */
  readonly name: string | null;
  readonly className: string | null;
}

export interface IommuGroup {
  /** Null: in no group, because there is no IOMMU, or it is off. */
  readonly group: number | null;
  readonly devices: readonly IommuDevice[];
}

/**
 * @param sysroot the folder of a captured machine. Default: this one.
 * @returns groups by number, devices by address; nothing where no PCI devices can be seen.
 * @throws VmError `usage.sysroot` if the path is no folder.
 */
export function hostIommu(sysroot?: string): IommuGroup[] {
  const root = openRoot(sysroot);
  const all = readPciDevices(root) ?? [];
  // What a device is called does not depend on the machine.
  const names = readPciNames(root.live ? [root] : [root, openRoot()], all);
  const groups = [...new Set(all.map(({ iommuGroup }) => iommuGroup))];
  groups.sort((a, b) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY));
  return groups.map((group) => ({
    group,
    devices: all
      .filter(({ iommuGroup }) => iommuGroup === group)
      .map((device) => {
        const { address, vendor, device: id, class: code, driver, node } = device;
        return {
          address,
          vendor,
          device: id,
          name: names.devices.get(`${vendor}:${id}`) ?? null,
          class: code,
          className: names.classes.get(code.slice(0, 4)) ?? null,
          driver,
          node,
          ...passthrough(device, all),
        };
      }),
  }));
}
