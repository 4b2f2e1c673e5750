import { describe, expect, it } from 'vitest';
import type { PciDeviceFacts } from '../../src/plan/facts.js';
import { notesMachine } from '../support/hosts.js';
import { plan } from '../support/planning.js';

const gpu: PciDeviceFacts = {
  address: '0000:65:00.0',
  vendor: '10de',
  device: '2684',
  class: '030000',
  driver: 'vfio-pci',
  iommuGroup: 14,
  node: 1,
};
const sound: PciDeviceFacts = { ...gpu, address: '0000:65:00.1', class: '040300' };
const bridge: PciDeviceFacts = { ...gpu, address: '0000:64:00.0', class: '060400', driver: 'pcieport' };

function given(
  text: string,
  pciDevices: readonly PciDeviceFacts[] | null,
  claims: Parameters<typeof plan>[1] = {},
) {
  const made = plan(`hostDevices: [${text}]`, {
    host: { ...notesMachine(), pciDevices, mediatedDevices: [] },
    ...claims,
  });
  return {
    devices: made.devices.filter((device) => device.kind === 'hostDevice'),
    findings: made.findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  };
}

const whole = '{pci: "65:00.0"}, {pci: "65:00.1"}';

describe('planHostDevices', () => {
  it('takes a whole group that VFIO has, and says what and where it is', () => {
    const { devices, findings } = given(whole, [bridge, gpu, sound]);
    expect(findings).toEqual([]);
    expect(devices[0]).toMatchObject({
      what: '0000:65:00.0 (10de:2684)',
      node: 1,
      source: { pci: '0000:65:00.0' },
    });
  });

  it('keeps functions of one device behind one port, with a function 0', () => {
    const slots = (text: string) => given(text, null).devices.map(({ pci }) => ({ ...pci, bus: undefined }));
    const buses = (text: string) => new Set(given(text, null).devices.map(({ pci }) => pci.bus)).size;
    expect(slots(whole)).toEqual([{ addr: '0x0.0x0', multifunction: true }, { addr: '0x0.0x1' }]);
    expect(buses(whole)).toBe(1);
    expect(slots('{pci: "65:00.3"}, {pci: "65:00.1"}')).toEqual([
      { addr: '0x0.0x1' },
      { addr: '0x0.0x0', multifunction: true },
    ]);
    expect(slots('{pci: "65:00.1"}')).toEqual([{ addr: '0x0' }]);
    expect(buses('{pci: "65:00.0", multifunction: false}, {pci: "65:00.1"}')).toBe(2);
    expect(buses('{pci: "65:00.0"}, {pci: "66:00.1"}')).toBe(2);
  });

  it.each<[string, readonly PciDeviceFacts[], string]>([
    ['absent', [], 'missing host.pci: there is no PCI device 0000:65:00.0 on this host'],
    [
      'bridge',
      [{ ...gpu, class: '060400' }],
      'missing host.pci: 0000:65:00.0 is a bridge of this host, which no guest can be given',
    ],
    [
      'no IOMMU',
      [{ ...gpu, iommuGroup: null }],
      'missing host.iommu: 0000:65:00.0 is in no IOMMU group: the IOMMU of this host is off',
    ],
    [
      'the disk of the host',
      [{ ...gpu, driver: 'nvme', use: '/ is mounted from it (nvme0n1p2)' }],
      'missing host.pci-needed: the host needs 0000:65:00.0: / is mounted from it (nvme0n1p2)',
    ],
    [
      'a group that is not whole',
      [gpu, { ...sound, driver: 'snd_hda_intel' }],
      'missing host.iommu-group: 0000:65:00.1 is in the same IOMMU group (14) and bound to snd_hda_intel: the group must be given whole',
    ],
  ])('tells of a device that can not be given: %s', (_, devices, message) => {
    expect(given('{pci: "65:00.0"}', devices).findings).toEqual([message]);
  });

  it.each([
    ['nouveau', 'bound to nouveau'],
    [null, 'bound to no driver'],
  ])('leaves a device of %s where it is if it is not managed', (driver, bound) => {
    const { devices, findings } = given('{pci: "65:00.0", managed: false}', [{ ...gpu, driver }]);
    expect(findings).toEqual([`missing host.vfio: 0000:65:00.0 is ${bound}, not to vfio-pci`]);
    expect(devices[0]?.binding).toBeNull();
  });

  it('takes a managed device from its driver, and remembers what it was bound to', () => {
    const taken = { ...gpu, driver: 'nouveau' };
    const { devices, findings } = given(whole, [taken, { ...sound, driver: null }]);
    expect(findings).toEqual([]);
    expect(devices.map(({ binding }) => binding)).toEqual([
      { address: '0000:65:00.0', driver: 'nouveau' },
      { address: '0000:65:00.1', driver: null },
    ]);
    expect(given('{pci: "65:00.0"}', [gpu]).devices[0]?.binding).toBeNull();
  });

  it('tells who is not root that only root can take one', () => {
    const host = { ...notesMachine(), root: false, pciDevices: [{ ...gpu, driver: 'nouveau' }] };
    const [finding] = plan('hostDevices: [{pci: "65:00.0"}]', { host }).findings;
    expect(finding).toMatchObject({
      code: 'host.vfio',
      message: '0000:65:00.0 is bound to nouveau, not to vfio-pci, and only root can change that',
      hint: 'Bind it: sudo vm host pci bind 0000:65:00.0; or run vm as root.',
    });
  });

  it.each<[string, PciDeviceFacts]>([
    ['a bridge', bridge],
    ['bound to VFIO', sound],
    ['bound to nothing', { ...sound, driver: null }],
    ['of another group', { ...sound, driver: 'snd_hda_intel', iommuGroup: 15 }],
  ])("a neighbour that is in nobody's way: %s", (_, neighbour) => {
    expect(given('{pci: "65:00.0"}', [gpu, neighbour]).findings).toEqual([]);
  });

  it('does not give a device that a live VM has', () => {
    const claims = { claims: [{ vm: 'games', exclusiveCpus: [], hostDevices: ['0000:65:00.0'] }] };
    expect(given('{pci: "65:00.0"}', [gpu], claims).findings).toEqual([
      'missing host.device-held: games has 0000:65:00.0, and a device belongs to one VM',
    ]);
  });

  it('looks for a mediated device', () => {
    const mdev = '6f5c9f00-2c10-4d0e-8b41-111111111111';
    expect(given(`{mdev: ${mdev}}`, null).findings).toEqual([
      `missing host.mdev: there is no mediated device ${mdev} on this host`,
    ]);
  });
});
