/** The guest's IOMMU, and what virtio devices need to go through it. Pure. */
import type { VirtioProperties } from '../devices/context.js';
import type { VmSpec } from '../spec/schema.js';
import type { PlanNotes } from './findings.js';
import type { IommuPlan } from './plan.js';
import type { QemuFeature, QemuFeatures } from './qemu-capabilities.js';

interface IommuInput extends PlanNotes {
  readonly spec: VmSpec;
  readonly qemu: QemuFeatures;
  readonly accelerator: 'kvm' | 'tcg';
  /** Whether devices of the host are passed through. */
  readonly passesDevices: boolean;
}

export function planIommu(input: IommuInput): IommuPlan | null {
  const { iommu } = input.spec;
  if (iommu === undefined) return null;
  const { model } = iommu;
  reportOldQemu(input);
  switch (model) {
    case 'intel':
      return { model, properties: intelProperties(input, iommu) };
    case 'amd':
      return {
        model,
        properties: given({
          intremap: onOff(remapsInterrupts(input.spec)),
          'device-iotlb': iommu.deviceIotlb || undefined,
          pt: iommu.passthrough,
          xtsup: iommu.x2apic,
        }),
      };
    case 'virtio':
      return {
        model,
        properties: given({
          'aw-bits': iommu.addressWidth,
          granule: iommu.granule?.replace('KiB', 'k'),
          'boot-bypass': iommu.bootBypass,
        }),
      };
  }
}

/** Interrupts are remapped unless the spec says no; virtio-iommu has no part for it. */
export function remapsInterrupts({ iommu }: VmSpec): boolean {
  return iommu !== undefined && iommu.model !== 'virtio' && iommu.interruptRemapping !== false;
}

function intelProperties(input: IommuInput, iommu: NonNullable<VmSpec['iommu']>): IommuPlan['properties'] {
  const { cachingMode, extendedInterrupts } = iommu;
  const caching = cachingMode === 'auto' ? input.passesDevices : cachingMode;
  if (cachingMode === 'auto' && caching) {
    input.decide({
      key: 'iommu.cachingMode',
      value: 'on',
      reason: 'a device of the host sits behind it, whose mappings the host must follow',
    });
  }
  if (!caching && input.passesDevices) {
    input.find({
      severity: 'missing',
      code: 'spec.iommu',
      key: 'iommu.cachingMode',
      message: 'devices of the host behind an intel IOMMU need caching mode, which is off',
      hint: 'Say cachingMode: auto.',
    });
  }
  if (extendedInterrupts === true && input.accelerator === 'tcg') {
    input.find({
      severity: 'missing',
      code: 'spec.iommu',
      key: 'iommu.extendedInterrupts',
      message: "32-bit APIC ids need KVM's split irqchip, and this VM is emulated",
      hint: 'Say extendedInterrupts: auto.',
    });
  }
  return given({
    intremap: onOff(remapsInterrupts(input.spec)),
    'caching-mode': caching || undefined,
    eim: extendedInterrupts === 'auto' ? undefined : onOff(extendedInterrupts),
    'device-iotlb': iommu.deviceIotlb || undefined,
    'aw-bits': iommu.addressWidth,
    pt: iommu.passthrough,
    'dma-translation': iommu.dmaTranslation,
  });
}

/** What every virtio device of the VM carries. A transitional device refuses an IOMMU: it has to be a modern one. */
export function virtioProperties({ iommu }: VmSpec): VirtioProperties {
  if (iommu === undefined || iommu.iommuPlatform === false) return {};
  return {
    iommu_platform: true,
    'disable-legacy': 'on',
    'disable-modern': false,
    ...(iommu.deviceIotlb ? { ats: true } : {}),
  };
}

function reportOldQemu({ spec: { iommu }, qemu, find }: IommuInput): void {
  const needs: [key: string, wanted: unknown, feature: QemuFeature, since: string][] = [
    ['iommu.x2apic', iommu?.x2apic, 'amdIommuX2apic', '9.2'],
    ['iommu.granule', iommu?.granule, 'virtioIommuAddressWidth', '9.0'],
    [
      'iommu.addressWidth',
      iommu?.model === 'virtio' ? iommu.addressWidth : undefined,
      'virtioIommuAddressWidth',
      '9.0',
    ],
  ];
  for (const [key, wanted, feature, since] of needs) {
    if (wanted === undefined || qemu.has(feature)) continue;
    find({
      severity: 'missing',
      code: 'qemu.too-old',
      key,
      message: `this QEMU does not have it: it came with ${since}`,
      hint: `Take QEMU ${since} or later, or remove ${key}.`,
    });
  }
}

const onOff = (value: boolean): string => (value ? 'on' : 'off');

function given(
  members: Readonly<Record<string, boolean | number | string | undefined>>,
): IommuPlan['properties'] {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
