import { afterEach, expect, it } from 'vitest';
import type { Machine } from '../support/machine.js';
import { bare, kvmGuest, type Verdict } from './specs.js';

/** By the slots of the machine's spec: each is behind the root port of that number. */
const rootDisk = '0000:01:00.0';
const spareDisk = '0000:02:00.0';
const routeCard = '0000:03:00.0';
const spareCard = '0000:04:00.0';
const otherCard = '0000:05:00.0';

/** VFIO behind the IOMMU that QEMU emulates. */
export function passthroughTests(machine: () => Machine): void {
  afterEach(() => machine().clear());

  const driver = async (address: string) =>
    (await machine().sh(`readlink /sys/bus/pci/devices/${address}/driver`)).split('/').at(-1);
  const isGivenBack = async () => {
    expect(await driver(spareDisk)).toBe('nvme');
    expect(await driver(spareCard)).toBe('virtio-pci');
    const overrides = `/sys/bus/pci/devices/{${spareDisk},${spareCard}}/driver_override`;
    expect(await machine().sh(`cat ${overrides}`)).toBe('(null)\n(null)');
  };
  const both = { hostDevices: [{ pci: spareCard }, { pci: spareDisk }] };

  it('gives a guest a network card and a disk with their interrupts, and takes them back', async () => {
    const placement = { interrupts: 'away' };
    const { boot } = kvmGuest() as { boot: { cmdline: string } };
    const report = { ...boot, cmdline: `${boot.cmdline} vm.report` };
    const spec = await machine().spec('pass', kvmGuest({ ...both, placement, boot: report }));
    expect(await driver(spareDisk)).toBe('nvme');
    await machine().does('up', spec, '--wait', 'vm-guest: ready', '--timeout', '100s');
    expect(await driver(spareDisk)).toBe('vfio-pci');
    expect(await driver(spareCard)).toBe('vfio-pci');

    const said = (await machine().vm('logs', 'pass')).stdout;
    expect(said).toMatch(/^block\.nvme0n1: bytes=67108864 /m);
    const [, mac] = /^net\.eth0: mac=(\S+)/m.exec(said) ?? [];
    expect(mac).toBe('52:54:00:00:00:02');

    const { ok, checks } = await machine().json<Verdict & { ok: boolean }>('verify', 'pass');
    expect({ ok, failed: checks.filter(({ status }) => status === 'fail') }).toEqual({
      ok: true,
      failed: [],
    });
    const passed = checks.filter(({ status }) => status === 'pass').map(({ id }) => id);
    expect(passed).toEqual(expect.arrayContaining([`interrupts.${spareCard}`, `interrupts.${spareDisk}`]));

    const held = await machine().vm('host', 'pci', 'unbind', spareCard);
    expect(held).toMatchObject({ code: 3, stderr: expect.stringContaining(`pass has ${spareCard}`) });
    await machine().does('down', 'pass');
    await isGivenBack();
  });

  it('takes them back after QEMU was killed, and after vm was', async () => {
    const irqs = () =>
      machine().sh('cat /proc/irq/default_smp_affinity; grep . /proc/irq/*/smp_affinity_list');
    const before = await irqs();
    const spec = await machine().spec('pass', bare({ ...both, placement: { interrupts: 'away' } }));
    await machine().does('up', spec, '--paused');
    await machine().sh('kill -9 $(cat /run/vm/pass/qemu.pid)');
    await machine().does('down', 'pass');
    await isGivenBack();
    // The one is taken, the other not yet.
    await machine().killed(
      ['up', spec],
      `[ /sys/bus/pci/devices/${spareCard}/driver -ef /sys/bus/pci/drivers/vfio-pci ]`,
    );
    expect(await machine().json<object[]>('list')).toEqual([]);
    await isGivenBack();
    expect(await irqs()).toBe(before);
  });

  it('binds by hand, but not what the machine itself lives on', async () => {
    await machine().does('host', 'pci', 'bind', otherCard);
    expect(await driver(otherCard)).toBe('vfio-pci');
    const refused = await machine().vm('host', 'pci', 'bind', rootDisk);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('/ is mounted from it') });
    const route = await machine().vm(
      'up',
      await machine().spec('no', bare({ hostDevices: [{ pci: routeCard }] })),
    );
    expect(route).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('the default route goes through it'),
    });
    expect(await driver(routeCard)).toBe('virtio-pci');
    await machine().does('host', 'pci', 'unbind', otherCard);
    expect(await driver(otherCard)).toBe('virtio-pci');
  });
}
