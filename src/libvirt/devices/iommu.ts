/** `<iommu>`. Pure. libvirt's docs: formatdomain, "IOMMU devices". */
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

type Iommu = NonNullable<SpecDocument['iommu']>;

export function convertIommu(devices: XmlNode, domain: XmlNode, draft: SpecDraft, notes: Notes): void {
  const node = devices.child('iommu');
  if (node === undefined) return;
  node.ignore('address', 'alias', 'acpi');
  const model = node.oneOf('model', ['intel', 'virtio', 'amd']);
  if (model === undefined) {
    notes.dropped(node, 'a PC has no such IOMMU');
    node.ignoreAll();
    return;
  }
  const driver = node.child('driver');
  // QEMU remaps interrupts by itself only where the irqchip is not all in the kernel.
  const split = domain.at('features', 'ioapic')?.attribute('driver') === 'qemu';
  const intel: Partial<Iommu> = {
    interruptRemapping: driver?.onOff('intremap') ?? (split ? undefined : false),
    deviceIotlb: driver?.onOff('iotlb'),
    addressWidth: width(driver),
    passthrough: driver?.onOff('passthrough'),
  };
  draft.set(
    'iommu',
    {
      model: model === 'intel' ? undefined : model,
      ...(model === 'virtio' ? {} : intel),
      ...(model === 'intel'
        ? {
            cachingMode: driver?.onOff('caching_mode'),
            extendedInterrupts: driver?.onOff('eim'),
            dmaTranslation: driver?.onOff('dma_translation'),
          }
        : {}),
      x2apic: model === 'amd' ? driver?.onOff('xtsup') : undefined,
      // A device that says iommu='on' goes through it, and no other.
      iommuPlatform: false,
    },
    node,
  );
}

function width(driver: XmlNode | undefined): 39 | 48 | 57 | undefined {
  const bits = driver?.integer('aw_bits', 1);
  return ([39, 48, 57] as const).find((known) => known === bits);
}
