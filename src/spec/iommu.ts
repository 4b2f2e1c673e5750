/** `iommu` of the spec: an IOMMU for the guest. Pure. QEMU's docs: system/i386/… intel-iommu, virtio-iommu; QEMU's wiki, Features/VT-d. */
import * as z from 'zod';

const autoSwitch = z.union([z.literal('auto'), z.boolean()]).default('auto');

export const iommuSection = z
  .strictObject({
    model: z.enum(['intel', 'virtio', 'amd']).default('intel').meta({
      description:
        'intel (VT-d), virtio (virtio-iommu, for Linux guests) or amd (AMD-Vi); all of them need machine.type: q35',
    }),
    cachingMode: autoSwitch.meta({
      description:
        'intel: the guest tells of every mapping (caching-mode), which devices of the host behind it need; auto: on if there are any',
    }),
    interruptRemapping: autoSwitch.meta({
      description:
        'intel, amd: interrupts are checked and remapped too (intremap, with the split irqchip that it needs); auto: on',
    }),
    extendedInterrupts: autoSwitch.meta({
      description:
        'intel: 32-bit APIC ids (eim), for more than 255 vCPUs; needs interruptRemapping; auto: QEMU decides',
    }),
    deviceIotlb: z.boolean().default(false).meta({
      description:
        'intel, amd: devices may keep translations of their own (device-iotlb, and ats on virtio devices); vhost wants it',
    }),
    addressWidth: z
      .union([z.literal(39), z.literal(48), z.literal(57)], {
        error: 'is no address width: write 39, 48 or 57',
      })
      .optional()
      .meta({ description: "bits of an address (aw-bits); default: QEMU's, which is 39, or 48 since 9.2" }),
    passthrough: z.boolean().optional().meta({
      description: 'intel, amd: the guest may let a device through untranslated (pt); default: on',
    }),
    dmaTranslation: z
      .boolean()
      .optional()
      .meta({ description: 'intel: off remaps interrupts only (dma-translation); default: on' }),
    x2apic: z
      .boolean()
      .optional()
      .meta({ description: 'amd: 128-bit interrupt entries for x2APIC guests (xtsup); QEMU 9.2' }),
    granule: z
      .enum(['4KiB', '8KiB', '16KiB', '64KiB', 'host'])
      .optional()
      .meta({ description: 'virtio: the smallest page that it maps; QEMU 9.0' }),
    bootBypass: z.boolean().optional().meta({
      description: 'virtio: devices reach memory untranslated until the guest drives the IOMMU; default: on',
    }),
    iommuPlatform: autoSwitch.meta({
      description:
        'virtio devices go through the IOMMU too (iommu_platform, non-transitional); auto: on, or their DMA would bypass it',
    }),
  })
  .optional()
  .meta({ description: 'an IOMMU for the guest; default: none' });
