/** `boot` of the spec: firmware, or a Linux kernel directly. Pure. QEMU's docs/system/linuxboot, docs/interop/firmware.json. */
import * as z from 'zod';
import { deviceId, duration, hostPath, text } from './scalars.js';

/** What `boot.order` may name as a whole. */
export const bootKinds = ['disk', 'cdrom', 'net', 'floppy'] as const;

export type BootKind = (typeof bootKinds)[number];

/** What a disk is to the firmware, by its type. */
export function kindOfDisk(type: string): BootKind {
  return type === 'cdrom' || type === 'floppy' ? type : 'disk';
}

const firmware = {
  firmware: z
    .enum(['bios', 'uefi'])
    .default('bios')
    .meta({ description: "bios (SeaBIOS) or uefi (OVMF, with variables of the VM's own)" }),
  secureBoot: z.boolean().default(false).meta({
    description:
      'uefi that starts signed code only: a firmware with Secure Boot, its variables writable from SMM alone',
  }),
  enrolledKeys: z
    .union([z.literal('auto'), z.boolean()])
    .default('auto')
    .meta({
      description:
        "variables that come with Microsoft's keys, so that Secure Boot is on from the first start; auto: with secureBoot",
    }),
  code: hostPath
    .optional()
    .meta({ description: "the UEFI image itself, in place of one from QEMU's firmware descriptors" }),
  variables: hostPath
    .optional()
    .meta({ description: 'with code: the template that the variables of a new VM are copied from' }),
  nvram: hostPath
    .optional()
    .meta({ description: "where the VM's UEFI variables are kept; default: in its state folder" }),
  stateless: z
    .boolean()
    .default(false)
    .meta({ description: 'with code: no variables at all; they are gone when the VM ends' }),
  writable: z.boolean().default(false).meta({
    description: 'with code: the guest writes the image, which keeps its variables in itself',
  }),
  format: z.enum(['raw', 'qcow2']).default('raw').meta({ description: 'the format of code and variables' }),
  rom: hostPath
    .optional()
    .meta({ description: 'a firmware image mapped as ROM (-bios), in place of SeaBIOS or UEFI in flash' }),
};

const kernel = {
  kernel: hostPath.optional().meta({ description: 'a Linux kernel to start directly (-kernel)' }),
  initrd: hostPath.optional().meta({ description: 'its initramfs (-initrd); needs kernel' }),
  cmdline: text.optional().meta({ description: 'its command line (-append); needs kernel' }),
};

const longestWait = 65_535;
const milliseconds = duration.refine((seconds) => seconds * 1000 <= longestWait, {
  message: `is too long: at most ${longestWait}ms`,
});

/** How the guest starts. */
export const bootSection = z
  .strictObject({
    ...firmware,
    ...kernel,
    order: z
      .array(z.union([z.enum(bootKinds), deviceId]))
      .max(64)
      .default(['disk', 'cdrom', 'net'])
      .meta({
        description:
          'what the firmware tries, first to last: kinds of device (disk, cdrom, net, floppy), or single ones by their id',
      }),
    menu: z.boolean().optional().meta({ description: 'the firmware offers a menu of devices' }),
    menuTimeout: milliseconds.optional().meta({ description: 'how long the menu is offered (splash-time)' }),
    splash: hostPath.optional().meta({ description: 'a picture that the firmware shows meanwhile' }),
    rebootTimeout: milliseconds
      .optional()
      .meta({ description: 'how long after a failed start the firmware tries again; default: it does not' }),
  })
  .prefault({});
