/** `shares` of the spec: folders of the host that the guest mounts. Pure. QEMU's docs: qemu-options, -fsdev; virtio-fs.gitlab.io. */
import * as z from 'zod';
import { deviceId, hostPath, text } from '../spec/scalars.js';
import { virtioKey } from './virtio.js';

const tagOf = (most: number) =>
  text
    .min(1, 'is empty: a tag is wanted')
    .refine((tag) => Buffer.byteLength(tag) <= most, { message: `is longer than ${most} bytes` })
    .meta({ description: 'what the guest mounts it by' });

const id = deviceId.optional().meta({ description: 'default: share0, share1, …' });
const readOnly = z.boolean().default(false).meta({ description: 'the guest can change nothing' });
const source = hostPath.meta({ description: 'the folder of the host' });

const idRange = z.strictObject({
  start: z.int().min(0).meta({ description: 'the first id in the guest' }),
  target: z.int().min(0).meta({ description: 'the id of the host that it is' }),
  count: z.int().min(1).meta({ description: 'how many ids follow one another' }),
});
const idRanges = z.array(idRange).min(1).max(340);

const virtiofs = z.strictObject({
  type: z
    .literal('virtiofs')
    .optional()
    .meta({ description: 'served by a virtiofsd beside QEMU, which needs shared memory; the default' }),
  source: source.optional(),
  tag: tagOf(36),
  id,
  readOnly: readOnly.meta({
    description: 'the guest can change nothing; needs a virtiofsd in Rust, 1.13 or later',
  }),
  socket: hostPath
    .optional()
    .meta({ description: 'the socket of a virtiofsd that runs already; then nothing of it is said here' }),
  binary: hostPath.optional().meta({ description: 'the virtiofsd to start; default: that of this host' }),
  cache: z.enum(['auto', 'none', 'always', 'metadata']).default('auto').meta({
    description:
      'what the guest may remember: auto for a second, none, always (nobody else writes), metadata alone',
  }),
  sandbox: z
    .enum(['auto', 'namespace', 'chroot', 'none'])
    .default('auto')
    .meta({ description: 'how virtiofsd locks itself into the folder; auto: namespace' }),
  threadPool: z
    .int()
    .min(0)
    .max(4096)
    .optional()
    .meta({ description: "threads that serve requests; default: virtiofsd's own, none of them" }),
  xattr: z.boolean().default(false).meta({ description: 'extended attributes' }),
  posixAcl: z.boolean().default(false).meta({ description: 'access control lists; needs xattr' }),
  flock: z.boolean().default(false).meta({ description: 'locks of flock(2) hold on the host too' }),
  posixLock: z.boolean().default(false).meta({ description: 'locks of fcntl(2) hold on the host too' }),
  writeback: z.boolean().default(false).meta({ description: 'the guest may keep what it wrote for a while' }),
  directIo: z.boolean().default(false).meta({ description: 'O_DIRECT of the guest is handed on' }),
  announceSubmounts: z
    .boolean()
    .default(false)
    .meta({ description: 'the guest sees where other file systems begin' }),
  openFiles: z.int().min(1).optional().meta({ description: 'the most files that virtiofsd may have open' }),
  idMap: z
    .strictObject({
      uid: idRanges.optional().meta({ description: 'users' }),
      gid: idRanges.optional().meta({ description: 'groups' }),
    })
    .optional()
    .meta({ description: 'ids of the guest and of the host, in a user namespace (virtiofsd in Rust)' }),
  queueSize: z.literal([64, 128, 256, 512, 1024]).default(1024).meta({ description: 'requests in a queue' }),
  queues: z.int().min(1).max(64).default(1).meta({ description: 'request queues' }),
});

const mode = z
  .string()
  .regex(/^0?[0-7]{3}$/, 'is no mode: write it in quotes, as "0644"')
  .optional();

const plan9 = z.strictObject({
  type: z.literal('9p').meta({
    description: 'served by QEMU itself: slower, and needs neither another process nor shared memory',
  }),
  source,
  tag: tagOf(31),
  ...virtioKey,
  id,
  readOnly,
  securityModel: z.enum(['mapped-xattr', 'mapped-file', 'passthrough', 'none']).default('mapped-xattr').meta({
    description:
      "where owners and modes that the guest sets are kept: in extended attributes, in files beside, in the files themselves (root's to do), or as far as this user may",
  }),
  multidevs: z
    .enum(['warn', 'remap', 'forbid'])
    .optional()
    .meta({ description: 'file systems mounted below: warn once, keep their files apart, or hide them' }),
  fileMode: mode.meta({
    description:
      'the mode of new files on the host, such as "0644"; only mapped; sockets and logs that QEMU makes at paths of yours are then as open; default: "0600"',
  }),
  dirMode: mode.meta({
    description:
      'the mode of new folders on the host, such as "0755"; only mapped; as fileMode for the rest; default: "0700"',
  }),
  writeout: z
    .literal('immediate')
    .optional()
    .meta({ description: 'starts to write to the disk as soon as the guest has written' }),
  model: z
    .enum(['virtio', 'virtio-transitional', 'virtio-non-transitional'])
    .default('virtio')
    .meta({ description: 'transitional: for guests that know only the first virtio' }),
});

export const sharesSection = z
  .array(z.discriminatedUnion('type', [virtiofs, plan9]))
  .max(32, 'is too long: at most 32 shares')
  .default([])
  .meta({ description: 'folders of the host that the guest mounts (virtiofs, 9p)' });

export type VirtiofsSpec = z.output<typeof virtiofs>;
export type Plan9Spec = z.output<typeof plan9>;
export type ShareSpec = VirtiofsSpec | Plan9Spec;

export const shareId = ({ id }: { readonly id?: string | undefined }, index: number): string =>
  id ?? `share${index}`;
