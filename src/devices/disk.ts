/** What a spec says of a disk. Pure. QEMU's docs: qemu-options, -blockdev; docs/system/qemu-block-drivers. */
import * as z from 'zod';
import { acpiIndexKey, bytes, deviceId, hostPath, pciPlace, text } from '../spec/scalars.js';
import { blockSize, content } from './disk-content.js';
import { diskLimits } from './disk-limits.js';
import { ioThreadMap } from './disk-threads.js';
import { virtioKey } from './virtio.js';

const atLeast = (least: number) => z.int().min(least, `must be at least ${least}`);
const upTo = (most: number, least = 0) => atLeast(least).max(most, `must be at most ${most}`);
const threadNumber = atLeast(0);
const onError = ['report', 'ignore', 'stop'] as const;

/** How its bytes are read and written. */
const traffic = {
  cache: z.enum(['auto', 'none', 'writeback', 'writethrough', 'directsync', 'unsafe']).default('auto').meta({
    description:
      "the host's page cache; auto: none where the file can be opened with O_DIRECT, else writeback",
  }),
  aio: z
    .enum(['auto', 'io_uring', 'native', 'threads'])
    .default('auto')
    .meta({ description: 'how QEMU waits for the disk' }),
  discard: z
    .enum(['unmap', 'ignore'])
    .default('unmap')
    .meta({ description: 'what a TRIM of the guest does' }),
  discardNoUnref: z.boolean().optional().meta({
    description: 'a TRIM keeps the place of the data in a qcow2 image, so that it does not get fragmented',
  }),
  detectZeroes: z.enum(['off', 'on', 'unmap']).default('off'),
  copyOnRead: z
    .boolean()
    .default(false)
    .meta({ description: 'what is read from a backing image is kept in this one' }),
  metadataCache: bytes.optional().meta({ description: "memory for a qcow2 image's tables (cache-size)" }),
  limits: z
    .union([diskLimits, z.array(diskLimits).min(1, 'is empty').max(16)])
    .optional()
    .meta({ description: 'how fast it may be; a list for several budgets at once' }),
  errors: z
    .strictObject({
      read: z.enum([...onError]).optional(),
      write: z.enum([...onError, 'enospc']).optional(),
    })
    .optional()
    .meta({
      description:
        "what an error of the source does: report it to the guest, ignore it, stop the VM; enospc (QEMU's default for writes) stops only for want of space",
    }),
};

/** What the guest sees. */
const device = {
  bus: z.enum(['virtio', 'scsi', 'nvme', 'sata', 'ide', 'usb', 'fdc']).optional().meta({
    description:
      'what the guest sees it on; default: virtio; for a cdrom sata or ide, for a lun scsi, for a floppy fdc',
  }),
  controller: deviceId
    .optional()
    .meta({ description: 'the id of one of controllers; default: one that fits, made if there is none' }),
  channel: upTo(255).optional().meta({ description: 'on scsi the channel, on ide the cable' }),
  target: upTo(255).optional().meta({ description: 'on scsi the target' }),
  unit: upTo(16383).optional().meta({
    description: 'on scsi the LUN, on sata the port, on ide and fdc the drive, on nvme the namespace',
  }),
  slot: pciPlace,
  ...acpiIndexKey,
  boot: upTo(10_000, 1)
    .optional()
    .meta({ description: 'its own place in the order of starts, instead of that of boot.order' }),
  serial: z
    .string()
    .regex(/^[ -~]{1,247}$/, 'is no serial number: 1 to 247 printable characters of ASCII')
    .optional()
    .meta({
      description:
        'what the guest finds under /dev/disk/by-id; most buses show the first 20 characters of it',
    }),
  wwn: z
    .string()
    .regex(/^(?:0x)?[0-9A-Fa-f]{16}$/, 'is no world wide name: 16 hexadecimal digits')
    .optional()
    .meta({ description: 'its world wide name (on nvme with a controller, the EUI-64)' }),
  vendor: text.max(8, 'is longer than 8 characters').optional(),
  product: text.max(40, 'is longer than 40 characters').optional(),
  deviceName: text.max(255).optional().meta({ description: 'the designator on the page 83 of a SCSI disk' }),
  rotationRate: z
    .union([z.literal('ssd'), upTo(65534, 1025)])
    .optional()
    .meta({ description: 'turns a minute, or ssd' }),
  removable: z.boolean().optional().meta({ description: 'shown as removable (scsi, usb)' }),
  logicalBlockSize: blockSize.optional().meta({ description: 'default: 512B' }),
  physicalBlockSize: blockSize.optional(),
  discardGranularity: bytes.optional(),
  geometry: z
    .strictObject({
      cylinders: atLeast(1),
      heads: atLeast(1),
      sectors: atLeast(1),
      translation: z.enum(['auto', 'none', 'lba', 'large', 'rechs']).optional(),
    })
    .optional(),
  queues: z
    .union([z.literal('auto'), upTo(1024, 1)])
    .default('auto')
    .meta({ description: "request queues; auto: one a vCPU, which is QEMU's own choice" }),
  queueSize: upTo(1024, 2).optional().meta({ description: 'requests in a queue; default: 256' }),
  ioThread: threadNumber
    .optional()
    .meta({ description: 'the I/O thread that serves it: its number, from 0' }),
  ioThreads: ioThreadMap.optional(),
  ioEventFd: z
    .boolean()
    .optional()
    .meta({ description: "a guest's request wakes QEMU without stopping the vCPU; default: true" }),
  eventIndex: z.boolean().optional().meta({ description: 'virtio: fewer interrupts; default: true' }),
  ...virtioKey,
  reservations: hostPath
    .optional()
    .meta({ description: 'the socket of qemu-pr-helper, for persistent reservations of a lun' }),
};

const diskSection = z.strictObject({
  id: deviceId.optional().meta({ description: 'default: disk0, disk1, …' }),
  ...content,
  ...traffic,
  ...device,
});

export type DiskSpec = z.output<typeof diskSection>;
export type DiskBus = NonNullable<DiskSpec['bus']>;

export const disksSection = z.array(diskSection).max(256, 'is too long: at most 256 disks').default([]);
