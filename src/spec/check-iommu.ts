/** Checks of `iommu`. Pure. */
import type { KeyIssue } from './error.js';
import { chipsetOf } from './machine-type.js';
import type { VmSpec } from './schema.js';

type Iommu = NonNullable<VmSpec['iommu']>;

/** Keys that only some models have. */
const modelsOf: Readonly<Partial<Record<keyof Iommu, readonly Iommu['model'][]>>> = {
  cachingMode: ['intel'],
  interruptRemapping: ['intel', 'amd'],
  extendedInterrupts: ['intel'],
  deviceIotlb: ['intel', 'amd'],
  addressWidth: ['intel', 'virtio'],
  passthrough: ['intel', 'amd'],
  dmaTranslation: ['intel'],
  x2apic: ['amd'],
  granule: ['virtio'],
  bootBypass: ['virtio'],
};

export function checkIommu({ iommu, machine, cpu }: VmSpec): KeyIssue[] {
  if (iommu === undefined) return [];
  const issues: KeyIssue[] = [];
  if (chipsetOf(machine.type) !== 'q35') {
    issues.push({
      key: 'iommu',
      message: `an IOMMU needs the machine q35, not ${machine.type}`,
      hint: 'write machine: {type: q35}, or remove iommu',
    });
  }
  for (const [key, models] of Object.entries(modelsOf)) {
    const value = iommu[key as keyof Iommu];
    if (models.includes(iommu.model) || value === undefined || value === 'auto' || value === false) continue;
    issues.push({
      key: `iommu.${key}`,
      message: `is for ${models.join(' and ')}, not for model ${iommu.model}`,
      hint: 'remove it, or change iommu.model',
    });
  }
  if (iommu.extendedInterrupts === true && iommu.interruptRemapping === false) {
    issues.push({
      key: 'iommu.extendedInterrupts',
      message: 'needs interrupt remapping, which is off',
      hint: 'write interruptRemapping: true, or remove extendedInterrupts',
    });
  }
  const { kernelIrqchip } = machine;
  if (iommu.model !== 'virtio' && iommu.interruptRemapping !== false && kernelIrqchip === 'on') {
    issues.push({
      key: 'machine.kernelIrqchip',
      message: 'an IOMMU that remaps interrupts needs the irqchip split between KVM and QEMU',
      hint: 'write kernelIrqchip: split or auto, or iommu: {interruptRemapping: false}',
    });
  }
  const most = cpu.maxVcpus ?? cpu.vcpus;
  if (
    most > 255 &&
    iommu.model === 'intel' &&
    (iommu.interruptRemapping === false || iommu.extendedInterrupts === false)
  ) {
    issues.push({
      key: 'iommu.extendedInterrupts',
      message: `${most} vCPUs need APIC ids of more than 8 bits`,
      hint: 'leave interruptRemapping and extendedInterrupts at auto',
    });
  }
  return issues;
}
