/** Properties of the transport that every kind of virtio device has. Pure. OASIS: Virtual I/O Device (VIRTIO) Version 1.2, 6 and 2.8. */
import * as z from 'zod';
import type { PciSlot, VirtioProperties, VirtioTransport } from './context.js';

const keys = z.strictObject({
  iommuPlatform: z.boolean().optional().meta({
    description: "whether its DMA goes through the guest's IOMMU; default: as iommu.iommuPlatform says",
  }),
  ats: z.boolean().optional().meta({
    description: 'may keep translations of the IOMMU itself; default: as iommu.deviceIotlb says',
  }),
  packed: z
    .boolean()
    .optional()
    .meta({ description: "packed rings, for guests that know them; default: QEMU's (off)" }),
  pagePerQueue: z
    .boolean()
    .optional()
    .meta({ description: "a page for the doorbell of each queue; default: QEMU's (off)" }),
  model: z.enum(['transitional', 'non-transitional']).optional().meta({
    description:
      'transitional: drivers from before virtio 1.0 work too; non-transitional: only later ones do; default: by its bus',
  }),
});

const settings = keys.refine(
  ({ model, iommuPlatform }) => model !== 'transitional' || iommuPlatform !== true,
  'must not be transitional and go through an IOMMU: leave out model or iommuPlatform',
);

/** To be spread into the section of a device that is virtio, or may be. */
export const virtioKey = {
  virtio: settings.optional().meta({ description: 'the transport of a virtio device' }),
};

type VirtioSpec = z.output<typeof settings>;

/** @param all what the VM's IOMMU asks of every virtio device. */
export function virtioOf(spec: VirtioSpec | undefined, all: VirtioProperties): VirtioProperties {
  if (spec === undefined) return all;
  const { iommuPlatform, ats, packed, pagePerQueue, model } = spec;
  // A transitional device refuses an IOMMU: one that goes through it is a modern one.
  const modern = iommuPlatform === true && model === undefined ? { 'disable-legacy': 'on' } : {};
  const inherited = iommuPlatform === false || model === 'transitional' ? {} : all;
  return {
    ...inherited,
    ...modern,
    ...(iommuPlatform === undefined ? {} : { iommu_platform: iommuPlatform }),
    ...(ats === undefined ? {} : { ats }),
    ...(packed === undefined ? {} : { packed }),
    ...(pagePerQueue === undefined ? {} : { 'page-per-vq': pagePerQueue }),
    ...(model === undefined ? {} : forms[model]),
  };
}

/**
 * The same for a device that QEMU has drivers of one form each of: the form is the driver's then, and no property. A transitional one
 * goes around the guest's IOMMU, as the first virtio knew of none. Without PCI there is one form only.
 */
export function transportOf(
  spec: VirtioSpec | undefined,
  all: VirtioProperties,
  { bus }: PciSlot,
): VirtioTransport {
  if (spec?.model === undefined || bus === undefined) return { form: '', properties: virtioOf(spec, all) };
  return { form: `-${spec.model}`, properties: withoutForm(virtioOf(spec, all)) };
}

/** A device whose driver is of one form has no say in it. */
function withoutForm(properties: VirtioProperties): VirtioProperties {
  const { 'disable-legacy': _, 'disable-modern': __, ...rest } = properties;
  return rest;
}

const forms = {
  transitional: { 'disable-legacy': 'off', 'disable-modern': false },
  'non-transitional': { 'disable-legacy': 'on', 'disable-modern': false },
} as const;
