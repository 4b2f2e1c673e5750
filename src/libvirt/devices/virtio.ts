/** What libvirt says of a device's virtio transport. Pure. libvirt's docs: formatdomain, "Virtio-related options". */
import type { XmlNode } from '../node.js';

/** Properties of virtio that a device of its own has; nothing for another device. */
export interface VirtioInput {
  virtio?: {
    iommuPlatform?: boolean | undefined;
    ats?: boolean | undefined;
    packed?: boolean | undefined;
    pagePerQueue?: boolean | undefined;
    model?: 'transitional' | 'non-transitional' | undefined;
  };
}

/** @param driver the element that carries the options; libvirt's default is `<driver>` of the device. */
export function virtioKeys(device: XmlNode, model?: string): VirtioInput {
  const driver = device.child('driver');
  const virtio = {
    model:
      model === 'virtio-transitional'
        ? ('transitional' as const)
        : model === 'virtio-non-transitional'
          ? ('non-transitional' as const)
          : undefined,
    iommuPlatform: driver?.onOff('iommu'),
    ats: driver?.onOff('ats'),
    packed: driver?.onOff('packed'),
    pagePerQueue: driver?.onOff('page_per_vq'),
  };
  return Object.values(virtio).some((value) => value !== undefined) ? { virtio } : {};
}
