/** What a spec says of the bytes of a disk: where they are, in which format, what lies under them. Pure. QEMU's docs: system/images. */
import * as z from 'zod';
import { bytes, hostPath } from '../spec/scalars.js';
import { blockSource } from './block-sources.js';

/** Formats as QEMU's drivers are named. */
export const imageFormats = [
  'raw',
  'qcow2',
  'vmdk',
  'vdi',
  'vhdx',
  'vpc',
  'qed',
  'qcow',
  'luks',
  'parallels',
  'bochs',
  'cloop',
  'dmg',
] as const;

export type ImageFormat = (typeof imageFormats)[number];

export const blockSize = bytes.refine(
  (value) => value >= 512 && value <= 2 * 1024 ** 2 && Number.isInteger(Math.log2(value)),
  { message: 'is no block size: a power of two from 512B to 2MiB' },
);

const secret = z.strictObject({
  secretFile: hostPath.meta({ description: 'a file that holds the passphrase and nothing else' }),
  format: z.enum(['luks', 'aes']).default('luks').meta({ description: 'aes: the old and weak way of qcow2' }),
});

const backingLayer = z.strictObject({
  source: blockSource.meta({ description: 'what lies under the image above' }),
  format: z.enum(imageFormats).meta({ description: 'said, and never guessed' }),
  encryption: secret.optional(),
});

/** What it is and where its bytes are. */
export const content = {
  type: z.enum(['disk', 'cdrom', 'floppy', 'lun', 'generic']).default('disk').meta({
    description:
      'lun: a SCSI disk of the host, whose commands the guest gives itself; generic: any SCSI device (tape, changer, CD) by its /dev/sgN',
  }),
  source: blockSource.optional().meta({
    description: 'an image file or a block device; a map for other kinds; none: a drive with nothing in it',
  }),
  format: z
    .enum(['auto', ...imageFormats])
    .default('auto')
    .meta({
      description:
        'auto goes by the name: qcow2 for .qcow2, else raw; never by content, which the guest could write',
    }),
  ifMissing: z.enum(['fail', 'empty']).default('fail').meta({
    description: 'a cdrom or floppy whose file is not there: an error, or a drive with nothing in it',
  }),
  size: bytes
    .optional()
    .meta({ description: 'the first `vm up` makes an image of this size if there is none; it stays' }),
  preallocation: z
    .enum(['off', 'metadata', 'falloc', 'full'])
    .default('off')
    .meta({ description: 'of an image that is made: how much of its space is taken at once' }),
  clusterSize: blockSize.optional().meta({ description: 'of a qcow2 image that is made; default: 64KiB' }),
  backing: z
    .union([z.enum(['auto', 'none']), z.array(backingLayer).min(1, 'is empty').max(200)])
    .default('auto')
    .meta({
      description:
        'the images under this one, the nearest first; auto: those that qcow2 headers name, each with the format that stands there',
    }),
  encryption: secret.optional(),
  slice: z
    .strictObject({ offset: bytes, bytes })
    .optional()
    .meta({ description: 'the part of the source that holds the image' }),
  readOnly: z.boolean().default(false),
  shared: z
    .boolean()
    .default(false)
    .meta({ description: 'other writers are allowed (share-rw): for cluster file systems' }),
  transient: z
    .boolean()
    .default(false)
    .meta({ description: 'what the guest writes is thrown away by `vm down`' }),
};
