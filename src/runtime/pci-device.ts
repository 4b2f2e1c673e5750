/** A PCI device of the host, bound to vfio-pci for the time that the VM runs. */
import { bindToVfio, giveBackPci } from '../host/pci-binding.js';
import { liveSysfs, type Sysfs } from '../host/sysfs.js';
import type { PciBinding } from '../plan/pci-binding.js';
import { bootId } from './process.js';

export interface PciDeviceResource extends PciBinding {
  readonly kind: 'pciDevice';
  /** After the next boot nothing is left of it. */
  readonly bootId: string;
}

/** @throws VmError `host.pci`, `host.vfio`, `host.sysfs`, `host.module`. What was changed until then is left to {@link giveBackPciDevice}. */
export async function takePciDevice(
  { address }: PciDeviceResource,
  sysfs: Sysfs = liveSysfs(),
): Promise<void> {
  await bindToVfio(sysfs, address);
}

export async function giveBackPciDevice(
  resource: PciDeviceResource,
  sysfs: Sysfs = liveSysfs(),
): Promise<void> {
  if (resource.bootId === bootId()) await giveBackPci(sysfs, resource);
}
