/** The guest's IOMMU: before every device that sits behind it. Pure. */
import type { VmPlan } from '../plan/plan.js';
import type { QemuOption } from './option.js';
import { json } from './quote.js';

/** Slot 1 of the root bus is left free for it. */
const virtioSlot = { bus: 'pcie.0', addr: '0x1' } as const;

const drivers = {
  intel: { driver: 'intel-iommu' },
  amd: { driver: 'amd-iommu' },
  virtio: { driver: 'virtio-iommu-pci', ...virtioSlot },
} as const;

export function iommuOptions({ iommu }: VmPlan): QemuOption[] {
  if (iommu === null) return [];
  const remaps = iommu.properties.intremap === 'on';
  return [
    {
      group: 'devices',
      flag: '-device',
      value: json({ ...drivers[iommu.model], id: 'iommu0', ...iommu.properties }),
      origin: 'iommu',
      why: `The guest says what memory a device may reach${remaps ? ' and which interrupts it may send' : ''}.`,
      cost: 'Each mapping that the guest makes for a device leaves the guest, which costs time.',
    },
  ];
}
