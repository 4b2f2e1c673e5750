/** What cloud-init in the guest is told, in the spec. Pure. cloud-init's documentation: datasource NoCloud, user-data formats, module reference. */
import * as z from 'zod';

/** As long as any file that goes in. */
const longest = 1024 ** 2;

/** More lines than one, or the beginning of one of cloud-init's formats: the text itself. Else it is the name of a file. */
export function isInlineText(value: string): boolean {
  return value.includes('\n') || value.startsWith('#');
}

/** A line of authorized_keys. Else it is the name of a file with such lines. */
export function isPublicKey(value: string): boolean {
  return /(?:^|\s)(?:ssh|ecdsa|sk)-[a-z0-9@.-]+ AAAA[A-Za-z0-9+/]+=*(?:\s|$)/.test(value);
}

const content = z
  .string()
  .min(1, 'is empty: a file or the text itself is wanted')
  .max(longest, 'is longer than 1 MiB')
  .regex(/^[^\0]*$/, 'contains a NUL');

const map = z.record(z.string(), z.unknown());

const fileTextOrMap = z.union([content, map]);

export const cloudInitSection = z
  .strictObject({
    userData: fileTextOrMap.optional().meta({
      description:
        'what cloud-init is to do: a file, its text (which begins with # or has several lines), or the keys of a cloud-config as a map',
      examples: ['user-data.yaml'],
    }),
    hostname: z
      .string()
      .regex(
        /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
        'is no hostname: letters, digits, "-" and "."',
      )
      .optional()
      .meta({ description: "the guest's name (local-hostname); default: the name of the VM" }),
    user: z
      .string()
      .regex(
        /^[a-z_][a-z0-9_-]{0,31}$/,
        'is no user name: small letters, digits, "_", "-", beginning with a letter',
      )
      .optional()
      .meta({ description: "the name of the image's first user; default: the image's own, debian say" }),
    sshKeys: z.array(content).min(1, 'is empty').max(100).optional().meta({
      description: "who may log in as that user: public keys, or files of them (a user's id_ed25519.pub)",
    }),
    password: z
      .string()
      .regex(
        /^\$(?:1|2a|2y|5|6)\$[^:\s]+\$[^:\s]+$/,
        'is no hash that cloud-init takes for one: make it with openssl passwd -6 (a yescrypt hash, $y$…, would become the password itself)',
      )
      .optional()
      .meta({ description: 'of that user, as a hash: openssl passwd -6' }),
    packages: z
      .array(z.string().min(1, 'is empty'))
      .min(1, 'is empty')
      .optional()
      .meta({ description: 'installed at the first start' }),
    runcmd: z
      .array(z.union([z.string().min(1, 'is empty'), z.array(z.string()).min(1, 'is empty')]))
      .min(1, 'is empty')
      .optional()
      .meta({ description: 'commands of the first start, in order: lines for a shell, or lists of words' }),
    metaData: map.default({}).meta({
      description:
        'more for meta-data, or in its place; a new instance-id makes cloud-init take the guest for a new one; default of that: made from the name of the VM',
    }),
    networkConfig: fileTextOrMap.optional().meta({
      description:
        'the network of the guest, version 1 or 2 (netplan): a file, its text, or a map; default: DHCP on the first interface',
    }),
    vendorData: fileTextOrMap
      .optional()
      .meta({ description: 'like userData, which goes over it key by key' }),
    bus: z.enum(['virtio', 'cdrom']).default('virtio').meta({
      description:
        "how the guest sees the seed: a read-only virtio disk, which every cloud image's kernel knows, or a CD drive, for a guest without virtio drivers",
    }),
  })
  .optional()
  .meta({
    description:
      'a seed for cloud-init (NoCloud) that `vm up` makes: a read-only volume cidata with user-data, meta-data, network-config, vendor-data',
  });

export type CloudInitSpec = NonNullable<z.output<typeof cloudInitSection>>;

/** The keys that stand for keys of a cloud-config. */
export const shorthandKeys = ['user', 'sshKeys', 'password', 'packages', 'runcmd'] as const;

/** Every file that goes in, with its key. */
export function cloudInitFiles(spec: CloudInitSpec | undefined): { key: string; path: string }[] {
  if (spec === undefined) return [];
  const { userData, networkConfig, vendorData, sshKeys = [] } = spec;
  return [
    ...Object.entries({ userData, networkConfig, vendorData }).flatMap(([key, value]) =>
      typeof value === 'string' && !isInlineText(value) ? [{ key: `cloudInit.${key}`, path: value }] : [],
    ),
    ...sshKeys.flatMap((value, index) =>
      isPublicKey(value) ? [] : [{ key: `cloudInit.sshKeys[${index}]`, path: value }],
    ),
  ];
}
