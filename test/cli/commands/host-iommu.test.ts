import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTree } from '../../support/hosts.js';
import { makeWorld, type World } from '../support/run-vm.js';

let world: World;
let tree: string;
beforeAll(async () => {
  world = await makeWorld();
  tree = join(world.cwd, 'tree');
  function device(
    address: string,
    ids: [string, string, string],
    driver: string | null,
    group: number | null,
  ) {
    const folder = `sys/bus/pci/devices/${address}`;
    const [vendor, id, code] = ids;
    writeTree(tree, {
      [`${folder}/vendor`]: `${vendor}\n`,
      [`${folder}/device`]: `${id}\n`,
      [`${folder}/class`]: `${code}\n`,
    });
    if (driver !== null) symlinkSync(`../../../../bus/pci/drivers/${driver}`, join(tree, folder, 'driver'));
    if (group !== null)
      symlinkSync(`../../../../kernel/iommu_groups/${group}`, join(tree, folder, 'iommu_group'));
  }
  device('0000:00:01.0', ['0x8086', '0x3420', '0x060400'], 'pcieport', 12);
  device('0000:01:00.0', ['0x10de', '0x2684', '0x030000'], 'nouveau', 12);
  device('0000:01:00.1', ['0x10de', '0x22ba', '0x040300'], null, 12);
  device('0000:02:00.0', ['0x8086', '0x1572', '0x020000'], 'vfio-pci', 2);
  writeTree(tree, {
    'usr/share/misc/pci.ids': '10de  Maker\n\t2684  Big one\nC 03  Display\n\t00  VGA\nC 06  Bridge\n',
  });
});
afterAll(() => world.remove());

it('shows groups by number with what a guest can be given', () => {
  expect(world.vm(['host', 'iommu', '--sysroot', tree])).toEqual({
    code: 0,
    stderr: '',
    stdout: `GROUP  ADDRESS       DRIVER    GUEST               DEVICE
    2  0000:02:00.0  vfio-pci  alone               class 0200: 8086:1572
   12  0000:00:01.0  pcieport  no: it is a bridge  Bridge: 8086:3420
       0000:01:00.0  nouveau   with 0000:01:00.1   VGA: Maker Big one
       0000:01:00.1  -         with 0000:01:00.0   class 0403: Maker device 22ba
`,
  });
});

it('prints exactly the fields that scripts rely on', () => {
  const { stdout } = world.vm(['host', 'iommu', '--sysroot', tree, '--format', 'json']);
  const { groups, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({});
  expect(groups.map(({ group }: { group: number }) => group)).toEqual([2, 12]);
  expect(groups[1].devices[1]).toEqual({
    address: '0000:01:00.0',
    vendor: '10de',
    device: '2684',
    name: 'Maker Big one',
    class: '030000',
    className: 'VGA',
    driver: 'nouveau',
    node: null,
    guest: 'group',
    together: ['0000:01:00.1'],
    reason: 'its group has 0000:01:00.1 too',
  });
});

it('says that there is no IOMMU', () => {
  const bare = join(world.cwd, 'bare');
  mkdirSync(join(bare, 'sys/bus/pci/devices'), { recursive: true });
  const { code, stderr } = world.vm(['host', 'iommu', '--sysroot', bare]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      'There are no IOMMU groups: this machine has no IOMMU, or it is off (VT-d or AMD-Vi in the firmware, intel_iommu=on).\n',
  });
});
