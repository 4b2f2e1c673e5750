import { describe, expect, it } from 'vitest';
import { plan } from '../support/planning.js';

const keys = (text: string) => plan(text).findings.map(({ key, code }) => `${key} ${code}`);

describe('planIommu', () => {
  it('is none unless the spec has one', () => {
    const { iommu, machine } = plan('{}');
    expect([iommu, machine.properties['kernel-irqchip']]).toEqual([null, undefined]);
  });

  it.each([
    ['{}', { model: 'intel', properties: { intremap: 'on' } }, 'split'],
    ['{interruptRemapping: false}', { model: 'intel', properties: { intremap: 'off' } }, undefined],
    [
      '{model: amd, deviceIotlb: true}',
      { model: 'amd', properties: { intremap: 'on', 'device-iotlb': true } },
      'split',
    ],
    ['{model: virtio}', { model: 'virtio', properties: {} }, undefined],
  ])('%s', (text, expected, irqchip) => {
    const { iommu, machine } = plan(`iommu: ${text}`);
    expect(iommu).toEqual(expected);
    expect(machine.properties['kernel-irqchip']).toBe(irqchip);
  });

  it('makes virtio devices go through it, with ats where devices keep translations', () => {
    const rng = (text: string) => plan(text).devices.find(({ kind }) => kind === 'rng');
    expect(rng('iommu: {}')).toMatchObject({
      virtio: { properties: { iommu_platform: true, 'disable-legacy': 'on', 'disable-modern': false } },
    });
    expect(rng('iommu: {deviceIotlb: true}')).toMatchObject({ virtio: { properties: { ats: true } } });
    expect(rng('iommu: {iommuPlatform: false}')).toMatchObject({ virtio: { properties: {} } });
  });

  it('follows mappings for devices of the host', () => {
    const spec = (more: string) => `iommu: {${more}}\nhostDevices: [{pci: "0000:65:00.0"}]`;
    expect(plan(spec('')).iommu?.properties['caching-mode']).toBe(true);
    expect(keys(spec('cachingMode: false'))).toContain('iommu.cachingMode spec.iommu');
  });

  it('tells what this QEMU or the emulation lacks', () => {
    expect(keys('iommu: {model: virtio, granule: 4KiB, addressWidth: 48}')).toEqual([
      'iommu.granule qemu.too-old',
      'iommu.addressWidth qemu.too-old',
    ]);
    expect(keys('machine: {accelerator: tcg}\niommu: {extendedInterrupts: true}')).toEqual([
      'iommu.extendedInterrupts spec.iommu',
    ]);
  });
});
