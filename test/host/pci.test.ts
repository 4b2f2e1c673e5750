import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readMediatedDevices, readPciDevices, readUsbDevices, readVhostVsock } from '../../src/host/pci.js';
import { openRoot } from '../../src/host/root.js';
import { writeTree } from '../support/hosts.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'vm-pci-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

const gpu = 'sys/bus/pci/devices/0000:65:00.0';

it('is unknown where the tree shows nothing', () => {
  const root = openRoot(tree);
  expect([
    readPciDevices(root),
    readUsbDevices(root),
    readMediatedDevices(root),
    readVhostVsock(root),
  ]).toEqual([null, null, null, null]);
});

it('reads PCI devices with driver, IOMMU group and node', () => {
  writeTree(tree, {
    [`${gpu}/vendor`]: '0x10de\n',
    [`${gpu}/device`]: '0x2684\n',
    [`${gpu}/class`]: '0x030000\n',
    [`${gpu}/numa_node`]: '1\n',
    'sys/bus/pci/devices/0000:00:00.0/numa_node': '-1\n',
  });
  symlinkSync('../../../../bus/pci/drivers/vfio-pci', join(tree, gpu, 'driver'));
  symlinkSync('../../../../kernel/iommu_groups/14', join(tree, gpu, 'iommu_group'));
  expect(readPciDevices(openRoot(tree))).toEqual([
    {
      address: '0000:00:00.0',
      vendor: '',
      device: '',
      class: '',
      driver: null,
      iommuGroup: null,
      node: null,
    },
    {
      address: '0000:65:00.0',
      vendor: '10de',
      device: '2684',
      class: '030000',
      driver: 'vfio-pci',
      iommuGroup: 14,
      node: 1,
    },
  ]);
});

it('reads USB devices, but no hubs of controllers and no interfaces', () => {
  const device = (name: string) => ({
    [`sys/bus/usb/devices/${name}/busnum`]: '1\n',
    [`sys/bus/usb/devices/${name}/devnum`]: '4\n',
    [`sys/bus/usb/devices/${name}/idVendor`]: '046d\n',
    [`sys/bus/usb/devices/${name}/idProduct`]: 'c52b\n',
  });
  writeTree(tree, {
    ...device('1-1.4'),
    ...device('usb1'),
    'sys/bus/usb/devices/1-1.4:1.0/busnum': '1\n',
    'sys/bus/usb/devices/1-2/busnum': 'odd\n',
  });
  expect(readUsbDevices(openRoot(tree))).toEqual([
    { bus: 1, address: 4, port: '1.4', vendor: 0x46d, product: 0xc52b },
  ]);
});

it('reads mediated devices and vhost-vsock', () => {
  mkdirSync(join(tree, 'sys/bus/mdev/devices/6f5c9f00-2c10-4d0e-8b41-111111111111'), { recursive: true });
  writeTree(tree, { 'dev/vhost-vsock': '' });
  const root = openRoot(tree);
  expect(readMediatedDevices(root)).toEqual(['6f5c9f00-2c10-4d0e-8b41-111111111111']);
  expect(readVhostVsock(root)).toBe(true);
});
