import { expect, it } from 'vitest';
import {
  giveBackPciDevice,
  type PciDeviceResource,
  pciDeviceResource,
  takePciDevice,
} from '../../src/runtime/pci-device.js';
import { bootId } from '../../src/runtime/process.js';
import { FakeSysfs } from '../support/fake-sysfs.js';

const address = '0000:65:00.0';
const resource: PciDeviceResource = {
  kind: 'pciDevice',
  address,
  driver: 'nouveau',
  override: null,
  bootId: bootId(),
};
const machine = () => new FakeSysfs({ [address]: { group: 14, driver: 'nouveau', fits: 'nouveau' } });

it('is written down with the driver_override that it has', async () => {
  const sysfs = machine();
  expect(await pciDeviceResource({ address, driver: 'nouveau' }, sysfs)).toEqual(resource);
  sysfs.devices[address] = { group: 14, driver: 'nouveau', override: 'nouveau', fits: 'nouveau' };
  expect(await pciDeviceResource({ address, driver: 'nouveau' }, sysfs)).toMatchObject({
    override: 'nouveau',
  });
});

it('is bound to VFIO for the time that the VM runs', async () => {
  const sysfs = machine();
  await giveBackPciDevice(resource, sysfs);
  expect(sysfs.writes).toEqual([]);
  await takePciDevice(resource, sysfs);
  expect(sysfs.drivenBy()).toEqual({ [address]: 'vfio-pci' });
  await giveBackPciDevice(resource, sysfs);
  await giveBackPciDevice(resource, sysfs);
  expect(sysfs.drivenBy()).toEqual({ [address]: 'nouveau' });
});

it('leaves alone what was bound after the next boot', async () => {
  const sysfs = machine();
  await takePciDevice(resource, sysfs);
  await giveBackPciDevice({ ...resource, bootId: 'another' }, sysfs);
  expect(sysfs.drivenBy()).toEqual({ [address]: 'vfio-pci' });
});
