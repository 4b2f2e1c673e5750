/** A PCI device of the host, bound to vfio-pci for the time that the VM runs. */
import { bindingOf, bindToVfio, giveBackPci } from '../host/pci-binding.js';
import { liveSysfs, type Sysfs } from '../host/sysfs.js';
import type { PciBinding, PciDriver } from '../plan/pci-binding.js';
import { bootId } from './process.js';

export interface PciDeviceResource extends PciBinding {
  readonly kind: 'pciDevice';
  /** After the next boot nothing is left of it. */
  readonly bootId: string;
}

/** What is to be written down of it before it is taken. @throws VmError `host.sysfs` if the kernel still works on it. */
export async function pciDeviceResource(
  { address, driver }: PciDriver,
  sysfs: Sysfs = liveSysfs(),
): Promise<PciDeviceResource> {
  const { override } = await bindingOf(sysfs, address);
  return { kind: 'pciDevice', bootId: bootId(), address, driver, override };
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
