import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindingOf, bindToVfio, giveBackPci } from '../../src/host/pci-binding.js';
import { FakeSysfs } from '../support/fake-sysfs.js';

const address = '0000:65:00.0';
const folder = `/sys/bus/pci/devices/${address}`;
const gpu = () => new FakeSysfs({ [address]: { group: 14, driver: 'nouveau', fits: 'nouveau' } });

describe('bindToVfio', () => {
  it('names the driver, unbinds, and lets the kernel probe', async () => {
    const sysfs = gpu();
    await bindToVfio(sysfs, address);
    expect(sysfs.writes).toEqual([
      `vfio-pci > ${folder}/driver_override`,
      `${address} > ${folder}/driver/unbind`,
      `${address} > /sys/bus/pci/drivers_probe`,
    ]);
    expect(await bindingOf(sysfs, address)).toEqual({ address, driver: 'vfio-pci', override: 'vfio-pci' });
  });

  it('loads the driver where it is not there', async () => {
    const sysfs = gpu();
    sysfs.drivers.delete('vfio-pci');
    await bindToVfio(sysfs, address);
    expect(sysfs.drivenBy()).toEqual({ [address]: 'vfio-pci' });
  });

  it('leaves alone what VFIO has', async () => {
    const sysfs = new FakeSysfs({ [address]: { group: 14, driver: 'vfio-pci', fits: 'nouveau' } });
    await bindToVfio(sysfs, address);
    expect(sysfs.writes).toEqual([]);
  });

  it('believes the link and not the write', async () => {
    const sysfs = gpu();
    sysfs.refusing.add('vfio-pci');
    await expect(bindToVfio(sysfs, address)).rejects.toMatchObject({
      code: 'host.vfio',
      message: `${address} is bound to no driver after it was given to vfio-pci`,
    });
  });

  it('looks at nothing while a write of a killed command is under way', async () => {
    const sysfs = gpu();
    sysfs.hanging.add(folder);
    const hangs = { code: 'host.sysfs' };
    await expect(bindToVfio(sysfs, address)).rejects.toMatchObject(hangs);
    await expect(bindingOf(sysfs, address)).rejects.toMatchObject(hangs);
    await expect(giveBackPci(sysfs, { address, override: null })).rejects.toMatchObject(hangs);
    expect(sysfs.writes).toEqual([]);
  });

  it('knows a device that is not there', async () => {
    await expect(bindToVfio(gpu(), '0000:66:00.0')).rejects.toMatchObject({ code: 'host.pci' });
  });
});

describe('giveBackPci', () => {
  it('gives a device to the driver that it came from', async () => {
    const sysfs = gpu();
    const before = await bindingOf(sysfs, address);
    await bindToVfio(sysfs, address);
    await giveBackPci(sysfs, before);
    expect(await bindingOf(sysfs, address)).toEqual(before);
    sysfs.writes.length = 0;
    await giveBackPci(sysfs, before);
    expect(sysfs.writes).toEqual([]);
  });

  it('leaves to no driver what had none, though one would fit', async () => {
    const sysfs = new FakeSysfs({ [address]: { group: 14, driver: null, fits: 'nouveau' } });
    const before = await bindingOf(sysfs, address);
    await bindToVfio(sysfs, address);
    await giveBackPci(sysfs, before);
    expect(sysfs.drivenBy()).toEqual({ [address]: null });
  });

  it('lets the kernel find a driver where nothing is known', async () => {
    const sysfs = gpu();
    await bindToVfio(sysfs, address);
    await giveBackPci(sysfs, { address, override: null });
    expect(await bindingOf(sysfs, address)).toEqual({ address, driver: 'nouveau', override: null });
  });

  it('puts back an override of somebody else', async () => {
    const sysfs = new FakeSysfs({
      [address]: { group: 14, driver: 'pcieport', override: 'pcieport', fits: 'nouveau' },
    });
    const before = await bindingOf(sysfs, address);
    await bindToVfio(sysfs, address);
    await giveBackPci(sysfs, before);
    expect(await bindingOf(sysfs, address)).toEqual({ address, driver: 'pcieport', override: 'pcieport' });
  });

  it('says when its driver does not take it back', async () => {
    const sysfs = gpu();
    const before = await bindingOf(sysfs, address);
    await bindToVfio(sysfs, address);
    sysfs.drivers.delete('nouveau');
    await expect(giveBackPci(sysfs, before)).rejects.toMatchObject({
      code: 'host.vfio',
      message: `nouveau does not take ${address} back`,
    });
  });

  it('puts back what was, wherever taking and giving back were killed', async () => {
    const start = fc.record({
      driver: fc.constantFrom('nouveau', 'snd_hda_intel', null),
      override: fc.constantFrom(null, 'nouveau'),
    });
    await fc.assert(
      fc.asyncProperty(start, fc.nat(3), fc.nat(3), async ({ driver, override }, take, give) => {
        const fits = driver ?? 'nouveau';
        const sysfs = new FakeSysfs({
          [address]: { group: 14, driver, override: driver && override && fits, fits },
        });
        const before = await bindingOf(sysfs, address);
        const killAfter = (writes: number) => {
          sysfs.before = () => {
            if (writes-- === 0) throw new Error('killed');
          };
        };
        killAfter(take);
        await bindToVfio(sysfs, address).catch(() => undefined);
        killAfter(give);
        await giveBackPci(sysfs, before).catch(() => undefined);
        sysfs.before = () => undefined;
        await giveBackPci(sysfs, before);
        expect(await bindingOf(sysfs, address)).toEqual(before);
      }),
    );
  });
});
