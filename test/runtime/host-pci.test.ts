import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bindPci, unbindPci } from '../../src/runtime/host-pci.js';
import { readPciJournal } from '../../src/runtime/pci-journal.js';
import { type FakeDevice, FakeSysfs } from '../support/fake-sysfs.js';

const gpu = '0000:65:00.0';
const sound = '0000:65:00.1';
const port = '0000:64:00.0';
const card = '0000:66:00.0';

let folder: string;
let journal: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vm-pci-'));
  journal = join(folder, 'state/host/pci.json');
  vi.stubEnv('VM_RUNTIME_DIR', join(folder, 'run'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function machine(changes: Record<string, Partial<FakeDevice>> = {}): FakeSysfs {
  const devices: Record<string, FakeDevice> = {
    [port]: { group: 14, class: '060400', driver: 'pcieport', fits: 'pcieport' },
    [gpu]: { group: 14, driver: 'nouveau', fits: 'nouveau' },
    [sound]: { group: 14, driver: 'snd_hda_intel', fits: 'snd_hda_intel' },
    [card]: { group: null, driver: null, fits: null },
  };
  for (const [address, change] of Object.entries(changes)) Object.assign(devices[address] ?? {}, change);
  return new FakeSysfs(devices);
}

describe('bindPci', () => {
  it('gives a whole group away, remembers what had it, and gives it back', async () => {
    const sysfs = machine();
    const before = sysfs.drivenBy();
    expect(await bindPci([gpu, sound], { sysfs, journal })).toEqual([
      { address: gpu, from: 'nouveau', to: 'vfio-pci' },
      { address: sound, from: 'snd_hda_intel', to: 'vfio-pci' },
    ]);
    expect(sysfs.drivenBy()).toEqual({ ...before, [gpu]: 'vfio-pci', [sound]: 'vfio-pci' });
    expect(await bindPci([gpu], { sysfs, journal })).toEqual([
      { address: gpu, from: 'vfio-pci', to: 'vfio-pci' },
    ]);
    expect(await unbindPci([gpu, sound], { sysfs, journal })).toEqual([
      { address: gpu, from: 'vfio-pci', to: 'nouveau' },
      { address: sound, from: 'vfio-pci', to: 'snd_hda_intel' },
    ]);
    expect(sysfs.drivenBy()).toEqual(before);
    expect(existsSync(journal)).toBe(false);
  });

  it('writes the journal before the first change', async () => {
    const sysfs = machine({ [sound]: { driver: null } });
    let first: unknown;
    sysfs.before = () => (first ??= readPciJournal(journal));
    await bindPci([gpu], { sysfs, journal });
    expect(first).toEqual([{ address: gpu, driver: 'nouveau', override: null }]);
  });

  it.each([
    ['a group that is not whole', [gpu], {}, 'host.iommu-group', `vm host pci bind ${gpu} ${sound}`],
    ['a bridge', [port], {}, 'host.pci', 'Name the device behind it.'],
    ['no IOMMU', [card], {}, 'host.iommu', /intel_iommu=on/],
    ['no device', ['0000:01:00.0'], {}, 'host.pci', /vm host iommu/],
  ])('refuses before it touches anything: %s', async (_, addresses, changes, code, hint) => {
    const sysfs = machine(changes);
    await expect(bindPci(addresses, { sysfs, journal })).rejects.toMatchObject({
      code,
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    });
    expect(sysfs.writes).toEqual([]);
    expect(existsSync(journal)).toBe(false);
  });

  it.each([
    [
      'the disk of its root',
      { 'proc/self/mountinfo': '27 1 259:2 / / rw - ext4 /dev/root rw\n' },
      { 'sys/dev/block/259:2': 'sda1', 'sys/class/block/sda1': `/sys/devices/pci0000:64/${gpu}/block/sda1` },
      '/ is mounted from it (sda1)',
    ],
    [
      'the card of its default route',
      { 'proc/net/route': 'Iface\tDestination\neth0\t00000000\t0102\t3\t0\t0\t0\t00000000\n' },
      { 'sys/class/net/eth0': `/sys/devices/pci0000:64/${gpu}/net/eth0` },
      'the default route goes through it (eth0)',
    ],
  ])('refuses what this machine needs, and what shares its group: %s', async (_, files, links, why) => {
    const sysfs = machine();
    for (const [path, text] of Object.entries(files)) sysfs.files.set(`/${path}`, text);
    for (const [path, target] of Object.entries(links)) sysfs.links.set(`/${path}`, target);
    await expect(bindPci([gpu, sound], { sysfs, journal })).rejects.toMatchObject({
      code: 'host.pci-needed',
      message: `this machine needs ${gpu}: ${why}`,
    });
    await expect(bindPci([sound], { sysfs, journal })).rejects.toMatchObject({
      code: 'host.pci-needed',
      message: `this machine needs ${gpu}, which is in the IOMMU group of ${sound}: ${why}`,
    });
    expect([sysfs.writes, existsSync(journal)]).toEqual([[], false]);
  });

  it('gives all back where one fails', async () => {
    const sysfs = machine();
    const before = sysfs.drivenBy();
    sysfs.before = (path, text) => {
      if (path === '/sys/bus/pci/drivers_probe' && text.trim() === sound && sysfs.devices[sound]?.override) {
        throw new Error('no answer within 30 s');
      }
    };
    await expect(bindPci([gpu, sound], { sysfs, journal })).rejects.toThrow('no answer within 30 s');
    expect(sysfs.drivenBy()).toEqual(before);
    expect(existsSync(journal)).toBe(false);
  });

  it('keeps in the journal what can not be given back, and tells what failed first', async () => {
    const sysfs = machine();
    sysfs.before = (path) => {
      if (path !== `/sys/bus/pci/devices/${sound}/driver/unbind`) return;
      sysfs.hanging.add(`/sys/bus/pci/devices/${sound}`);
      throw new Error('no answer within 30 s');
    };
    await expect(bindPci([gpu, sound], { sysfs, journal })).rejects.toThrow('no answer within 30 s');
    expect(sysfs.drivenBy()).toMatchObject({ [gpu]: 'nouveau' });
    expect(readPciJournal(journal)).toEqual([{ address: sound, driver: 'snd_hda_intel', override: null }]);
    await expect(unbindPci([sound], { sysfs, journal })).rejects.toMatchObject({ code: 'host.sysfs' });
    // The driver has let it go at last.
    sysfs.hanging.clear();
    sysfs.before = () => undefined;
    Object.assign(sysfs.devices[sound] ?? {}, { driver: null });
    await unbindPci([sound], { sysfs, journal });
    expect(sysfs.drivenBy()).toMatchObject({ [sound]: 'snd_hda_intel' });
    expect(sysfs.devices[sound]?.override).toBeNull();
    expect(existsSync(journal)).toBe(false);
  });
});

describe('unbindPci', () => {
  it('gives what somebody else bound to the driver that fits, and is content with what is bound elsewhere', async () => {
    const sysfs = machine({ [gpu]: { driver: 'vfio-pci', override: 'vfio-pci' } });
    expect(await unbindPci([gpu, sound], { sysfs, journal })).toEqual([
      { address: gpu, from: 'vfio-pci', to: 'nouveau' },
      { address: sound, from: 'snd_hda_intel', to: 'snd_hda_intel' },
    ]);
  });

  it('forgets the journal of an earlier boot, and believes no other file', async () => {
    const sysfs = machine();
    await bindPci([gpu, sound], { sysfs, journal });
    const text = readFileSync(journal, 'utf8');
    writeFileSync(journal, text.replace(/"bootId":"[^"]+"/, '"bootId":"another"'));
    expect(readPciJournal(journal)).toEqual([]);
    writeFileSync(journal, '{"version":1,"bootId":"x","devices":[{}]}');
    expect(() => readPciJournal(journal)).toThrow(/is no journal of this version/);
    writeFileSync(journal, 'odd');
    await expect(unbindPci([gpu], { sysfs, journal })).rejects.toMatchObject({ code: 'state.journal' });
  });
});
