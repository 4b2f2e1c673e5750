/** Gives PCI devices to vfio-pci and back. Linux: Documentation/ABI/testing/sysfs-bus-pci (driver_override, drivers_probe, unbind). */
import { posix as path } from 'node:path';
import { VmError } from '../errors.js';
import type { PciBinding } from '../plan/pci-binding.js';
import type { Root } from './root.js';
import type { Sysfs } from './sysfs.js';

const bus = '/sys/bus/pci';
const vfio = 'vfio-pci';
const folderOf = (address: string) => `${bus}/devices/${address}`;

/** The driver that has it now; null: none. */
export function driverOf(root: Root, address: string): string | null {
  const link = root.link(`${folderOf(address)}/driver`);
  return link === undefined ? null : path.basename(link);
}

/**
 * What {@link giveBackPci} puts back.
 * @throws VmError `host.sysfs` if somebody's write to it hangs: then to read hangs too, for the kernel locks the device for both.
 */
export async function bindingOf(sysfs: Sysfs, address: string): Promise<PciBinding> {
  await settleDevice(sysfs, address);
  const { root } = sysfs;
  return { address, driver: driverOf(root, address), override: readOverride(root, address) };
}

/** `(null)` is what the kernel writes where none is named. */
function readOverride(root: Root, address: string): string | null {
  const text = root.text(`${folderOf(address)}/driver_override`)?.trim() ?? '';
  return text === '' || text === '(null)' ? null : text;
}

/** The files by which any device is bound are those of this one too. */
function settleDevice(sysfs: Sysfs, address: string): Promise<void> {
  return sysfs.settle(folderOf(address), `${bus}/drivers_probe`, `${bus}/drivers`);
}

/**
 * Takes a device from its driver and gives it to vfio-pci. One that has it already is left alone.
 * @throws VmError `host.pci` where it is not there; `host.vfio` where the driver does not take it; `host.sysfs`, `host.module`. What was
 *   changed until then is left to {@link giveBackPci}.
 */
export async function bindToVfio(sysfs: Sysfs, address: string): Promise<void> {
  const { root } = sysfs;
  const folder = folderOf(address);
  await settleDevice(sysfs, address);
  if (!root.isFolder(folder)) {
    throw new VmError('host.pci', `there is no PCI device ${address} on this host`, {
      hint: 'See what is there: vm host iommu.',
    });
  }
  const before = driverOf(root, address);
  if (before === vfio) return;
  if (!root.isFolder(`${bus}/drivers/${vfio}`)) await sysfs.load(vfio);
  await sysfs.write(`${folder}/driver_override`, `${vfio}\n`);
  if (before !== null) await sysfs.write(`${folder}/driver/unbind`, `${address}\n`);
  await sysfs.write(`${bus}/drivers_probe`, `${address}\n`);
  const now = driverOf(root, address);
  if (now === vfio) return;
  throw new VmError(
    'host.vfio',
    `${address} is bound to ${now ?? 'no driver'} after it was given to ${vfio}`,
    {
      hint: 'The kernel log says why (dmesg): mostly the IOMMU is off, or another device of its group is in use.',
    },
  );
}

/**
 * Puts back what had a device before, as far as VFIO still has it or nobody does. A device that is gone, or that another driver has,
 * is left alone.
 * @param before its driver; undefined: whichever the kernel finds.
 * @throws VmError `host.sysfs`, also while a write of a killed command still hangs; `host.vfio` where its driver does not take it back.
 */
export async function giveBackPci(
  sysfs: Sysfs,
  { address, driver: before, override }: Pick<PciBinding, 'address' | 'override'> & Partial<PciBinding>,
): Promise<void> {
  const { root } = sysfs;
  const folder = folderOf(address);
  await settleDevice(sysfs, address);
  if (!root.isFolder(folder)) return;
  if (readOverride(root, address) === vfio && override !== vfio) {
    await sysfs.write(`${folder}/driver_override`, `${override ?? ''}\n`);
  }
  if (driverOf(root, address) === vfio) await sysfs.write(`${folder}/driver/unbind`, `${address}\n`);
  if (driverOf(root, address) !== null || before === null) return;
  await sysfs.write(`${bus}/drivers_probe`, `${address}\n`);
  if (before === undefined || driverOf(root, address) !== null) return;
  // A driver that got the device by hand (new_id, bind) does not find it by itself.
  if (root.isFolder(`${bus}/drivers/${before}`))
    await sysfs.write(`${bus}/drivers/${before}/bind`, `${address}\n`);
  if (driverOf(root, address) !== null) return;
  throw new VmError('host.vfio', `${before} does not take ${address} back`, {
    hint: `Load the driver if it is not there (modprobe ${before}); the kernel log says more (dmesg).`,
  });
}
