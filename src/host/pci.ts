/** PCI, mediated and USB devices of the host. Linux: Documentation/ABI/testing/sysfs-bus-pci, sysfs-bus-vfio-mdev, sysfs-bus-usb. */
import { posix as path } from 'node:path';
import type { HostFacts, PciDeviceFacts } from '../plan/facts.js';
import { wholeNumber } from './parse.js';
import { readPciUse } from './pci-use.js';
import type { Root } from './root.js';

/** Every PCI device by address; null where the tree has none to show. */
export function readPciDevices(root: Root): HostFacts['pciDevices'] {
  const folder = '/sys/bus/pci/devices';
  if (!root.isFolder(folder)) return null;
  const uses = readPciUse(root);
  return root.names(folder).map((address): PciDeviceFacts => {
    const device = `${folder}/${address}`;
    const hex = (name: string) => root.text(`${device}/${name}`)?.trim().replace(/^0x/, '') ?? '';
    const linked = (name: string) => {
      const target = root.link(`${device}/${name}`);
      return target === undefined ? null : path.basename(target);
    };
    const node = wholeNumber(root.text(`${device}/numa_node`));
    const use = uses.get(address);
    return {
      address,
      vendor: hex('vendor'),
      device: hex('device'),
      class: hex('class'),
      driver: linked('driver'),
      iommuGroup: wholeNumber(linked('iommu_group') ?? undefined),
      // -1 is what the kernel writes where the firmware does not tell.
      node: node === null || node < 0 ? null : node,
      ...(use === undefined ? {} : { use }),
    };
  });
}

/** UUIDs of the mediated devices; null where it is unknown. */
export function readMediatedDevices(root: Root): HostFacts['mediatedDevices'] {
  if (!root.isFolder('/sys/bus')) return null;
  return root.names('/sys/bus/mdev/devices');
}

/** Every USB device that is no root hub; null where it is unknown. */
export function readUsbDevices(root: Root): HostFacts['usbDevices'] {
  const folder = '/sys/bus/usb/devices';
  if (!root.isFolder('/sys/bus')) return null;
  return root.names(folder).flatMap((name) => {
    const [, port] = /^\d+-(\d+(?:\.\d+)*)$/.exec(name) ?? [];
    const number = (file: string, base: number) =>
      Number.parseInt(root.text(`${folder}/${name}/${file}`) ?? '', base);
    const [bus, address] = [number('busnum', 10), number('devnum', 10)];
    const [vendor, product] = [number('idVendor', 16), number('idProduct', 16)];
    if (port === undefined || [bus, address, vendor, product].some(Number.isNaN)) return [];
    return [{ bus, address, port, vendor, product }];
  });
}

/** Whether /dev/vhost-vsock is there; null: a tree without /dev. */
export function readVhostVsock(root: Root): boolean | null {
  return root.isFolder('/dev') ? root.exists('/dev/vhost-vsock') : null;
}
