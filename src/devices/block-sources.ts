/** Where the bytes of a disk come from: a file, a device, or a server. Pure. QEMU's docs: system/qemu-block-drivers, qapi/block-core. */
import * as z from 'zod';
import { bytes, duration, hostPath, text } from '../spec/scalars.js';

const word = text.min(1, 'is empty');
const port = z.int().min(1, 'must be at least 1').max(65535, 'must be at most 65535');
const secretFile = hostPath.meta({ description: 'a file that holds the secret and nothing else' });
const seconds = duration.optional();

/** A PCI device of the host, its domain written out. */
const pciAddress = z
  .string()
  .regex(/^[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[01][0-9a-fA-F]\.[0-7]$/, 'is no PCI address: write 0000:65:00.0')
  .meta({ description: 'its PCI address, such as 0000:65:00.0; it must be bound to vfio-pci' });

/** One machine of a cluster. */
const server = z.strictObject({
  host: word.meta({ description: 'its name or address' }),
  port: port.optional(),
});

const type = <Name extends string>(name: Name, description: string) => z.literal(name).meta({ description });

const webServer = {
  url: text
    .regex(/^(?:https?|ftps?):\/\/[^\s"]+$/, 'is no URL: write https://host/path')
    .meta({ description: 'the whole URL' }),
  user: word.optional(),
  passwordFile: secretFile.optional(),
  proxyUser: word.optional(),
  proxyPasswordFile: secretFile.optional(),
  cookieFile: secretFile.optional().meta({ description: 'a file that holds the cookies of each request' }),
  verifyCertificate: z.boolean().default(true),
  readAhead: bytes.optional().meta({ description: 'bytes read ahead; default: 256KiB' }),
  timeout: seconds.meta({ description: 'for one request; default: 5s' }),
};

export const namedSource = z.discriminatedUnion('type', [
  z.strictObject({
    type: type('file', 'an image file'),
    path: hostPath,
    locking: z.enum(['auto', 'on', 'off']).optional().meta({ description: "QEMU's lock on the file" }),
  }),
  z.strictObject({ type: type('block', 'a block device of the host'), path: hostPath }),
  z.strictObject({
    type: type('folder', 'a folder of the host, shown as a FAT disk (vvfat)'),
    path: hostPath,
    label: z.string().max(11, 'is longer than the 11 characters of a FAT label').optional(),
    fat: z
      .union([z.literal(12), z.literal(16), z.literal(32)])
      .optional()
      .meta({ description: 'default: 16, on a floppy 12' }),
  }),
  z.strictObject({
    type: type('nbd', 'a network block device (NBD)'),
    host: word.optional(),
    port: port.default(10809),
    socket: hostPath.optional().meta({ description: 'a unix socket, instead of host and port' }),
    export: text.optional(),
    tls: z
      .strictObject({
        credentials: hostPath.meta({
          description: 'a folder with ca-cert.pem, client-cert.pem, client-key.pem',
        }),
        hostname: word.optional().meta({ description: 'the name in the certificate, if it is not host' }),
      })
      .optional(),
    reconnectDelay: seconds.meta({ description: 'how long requests wait for a lost server' }),
  }),
  z.strictObject({
    type: type('rbd', 'a Ceph RADOS block device'),
    pool: word,
    image: word,
    namespace: word.optional(),
    snapshot: word.optional(),
    servers: z.array(server).max(64).default([]).meta({ description: 'monitors; default: those of conf' }),
    conf: hostPath.optional().meta({ description: 'default: /etc/ceph/ceph.conf' }),
    user: word.optional(),
    keyFile: secretFile
      .optional()
      .meta({ description: "a file that holds the user's key in base64, as Ceph prints it" }),
    encryptionKeyFile: secretFile
      .optional()
      .meta({ description: 'passphrase of an image that librbd decrypts (LUKS2)' }),
  }),
  z.strictObject({
    type: type('iscsi', 'a logical unit of an iSCSI target, by libiscsi'),
    portal: word.meta({ description: 'host or host:port' }),
    target: word.meta({ description: 'the IQN of the target' }),
    lun: z.int().min(0).max(16383).default(0),
    transport: z.enum(['tcp', 'iser']).default('tcp'),
    initiator: word
      .optional()
      .meta({ description: "the IQN that we give as ours; default: made from the VM's name" }),
    user: word.optional(),
    passwordFile: secretFile.optional(),
    timeout: seconds,
  }),
  z.strictObject({ type: type('web', 'an image on a web or FTP server, only to be read'), ...webServer }),
  z.strictObject({
    type: type('nvme', "an NVMe drive of the host, driven by QEMU itself past the host's kernel"),
    pci: pciAddress,
    namespace: z.int().min(1, 'must be at least 1').default(1),
  }),
  z.strictObject({
    type: type('ssh', 'a file on a machine that is reached by SSH'),
    host: word,
    port: port.default(22),
    file: word.meta({ description: 'its path on that machine' }),
    user: word.optional(),
    hostKey: z
      .union([
        z.enum(['knownHosts', 'unchecked']),
        z.string().regex(/^(?:md5|sha1|sha256):[0-9A-Fa-f:]+$/, 'is no host key: write sha256:HEX'),
      ])
      .default('knownHosts')
      .meta({
        description: 'how the machine proves itself: knownHosts, unchecked, or sha256:HEX, sha1:HEX, md5:HEX',
      }),
  }),
  z.strictObject({
    type: type('gluster', 'a file of a GlusterFS volume'),
    volume: word,
    file: word,
    servers: z.array(server).min(1, 'is empty: at least one server').max(64),
    logFile: hostPath.optional(),
  }),
  z.strictObject({
    type: type('nfs', 'a file of an NFS server, by libnfs'),
    host: word,
    file: word.meta({ description: 'the export and the path in it' }),
    user: z.int().min(0).optional().meta({ description: 'the user id that the server sees' }),
    group: z.int().min(0).optional(),
  }),
  z.strictObject({
    type: type(
      'vhost-user',
      'a disk that another process serves (SPDK, qemu-storage-daemon): vhost-user-blk',
    ),
    socket: hostPath,
    reconnect: seconds,
  }),
  z.strictObject({
    type: type('vhost-vdpa', 'a virtio-blk vDPA device of the host'),
    path: hostPath.meta({ description: 'such as /dev/vhost-vdpa-0' }),
  }),
  z.strictObject({
    type: type('null', 'nothing: what is written is lost; for measurements'),
    bytes: bytes.prefault('1GiB'),
    latency: duration.optional(),
    zeroes: z.boolean().default(true).meta({ description: 'reads give zeroes' }),
  }),
]);

export type NamedSource = z.output<typeof namedSource>;

/** A path, or a map that names the kind. */
export const blockSource = z.union([hostPath, namedSource]);

export type BlockSource = z.output<typeof blockSource>;

/** The keys of a source that are paths of this host. */
export const sourcePathKeys = [
  'path',
  'socket',
  'tls.credentials',
  'conf',
  'keyFile',
  'encryptionKeyFile',
  'passwordFile',
  'proxyPasswordFile',
  'cookieFile',
  'logFile',
] as const;

/** Files that hold secrets: QEMU must be able to read each. */
export function secretFiles(source: NamedSource): string[] {
  const files =
    source.type === 'web'
      ? [source.passwordFile, source.proxyPasswordFile, source.cookieFile]
      : source.type === 'rbd'
        ? [source.keyFile, source.encryptionKeyFile]
        : source.type === 'iscsi'
          ? [source.passwordFile]
          : [];
  return files.filter((file) => file !== undefined);
}
