/** Folders of the host in the guest: virtiofs and 9p. Pure. QEMU's docs: qemu-options, -fsdev. */
import { posix as path } from 'node:path';
import type { QemuOption } from '../command/option.js';
import { keyValue } from '../command/quote.js';
import type { SideProcessPlan } from '../plan/side-process.js';
import { type DeviceContext, type PciSlot, type VirtioProperties, virtioDriver } from './context.js';
import { deviceOption, flagOption, socketOption } from './options.js';
import { type Plan9Spec, type ShareSpec, shareId, type VirtiofsSpec } from './shares-section.js';
import { transportOf } from './virtio.js';
import { planVirtiofsd } from './virtiofsd.js';

interface ShareBase {
  readonly kind: 'share';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly tag: string;
  readonly pci: PciSlot;
  readonly sideProcess: SideProcessPlan | null;
}

export type SharePlan = ShareBase &
  (
    | {
        readonly type: 'virtiofs';
        readonly socket: string;
        readonly queueSize: number;
        readonly queues: number;
      }
    | {
        readonly type: '9p';
        readonly source: string;
        /** What the spec says of it, in QEMU's words. */
        readonly backend: Readonly<Record<string, boolean | string | undefined>>;
        readonly driver: string;
        readonly virtio: VirtioProperties;
      }
  );

export function planShares(shares: readonly ShareSpec[], context: DeviceContext): SharePlan[] {
  return shares.map((share, index) => {
    const id = shareId(share, index);
    const origin = `shares[${index}]`;
    reportSource(share, origin, context);
    return share.type === '9p' ? plan9(share, id, origin, context) : planVirtiofs(share, id, origin, context);
  });
}

function planVirtiofs(share: VirtiofsSpec, id: string, origin: string, context: DeviceContext): SharePlan {
  const { tag, queueSize, queues } = share;
  const own = path.join(context.paths.folder, `virtiofsd-${id}.sock`);
  return {
    kind: 'share',
    type: 'virtiofs',
    id,
    origin,
    what: `${share.source ?? share.socket} as ${tag}, virtiofs${share.readOnly ? ', read-only' : ''}`,
    tag,
    socket: share.socket ?? own,
    queueSize,
    queues,
    pci: context.pciSlot(id),
    sideProcess:
      share.socket === undefined ? planVirtiofsd(share, { id, origin, socket: own }, context) : null,
  };
}

const formNames = {
  'virtio-transitional': 'transitional',
  'virtio-non-transitional': 'non-transitional',
} as const;

function plan9(share: Plan9Spec, id: string, origin: string, context: DeviceContext): SharePlan {
  const { source, tag, readOnly, securityModel, multidevs, fileMode, dirMode, writeout, model } = share;
  const pci = context.pciSlot(id);
  const form = model === 'virtio' ? undefined : formNames[model];
  const transport = transportOf({ ...share.virtio, ...(form && { model: form }) }, context.virtio, pci);
  return {
    kind: 'share',
    type: '9p',
    id,
    origin,
    what: `${source} as ${tag}, 9p, ${securityModel}${readOnly ? ', read-only' : ''}`,
    tag,
    source,
    backend: {
      // The short name of mapped-xattr, which every QEMU knows.
      security_model: securityModel === 'mapped-xattr' ? 'mapped' : securityModel,
      multidevs,
      fmode: fileMode,
      dmode: dirMode,
      writeout,
      readonly: readOnly || undefined,
    },
    driver: virtioDriver('9p', pci, transport.form),
    pci,
    virtio: transport.properties,
    sideProcess: null,
  };
}

function reportSource({ source }: ShareSpec, origin: string, { files, find }: DeviceContext): void {
  const facts = source === undefined ? undefined : files.get(source);
  if (facts === undefined || facts.kind === 'folder') return;
  find({
    severity: 'missing',
    code: 'host.file',
    key: `${origin}.source`,
    message: `${source} ${facts.kind === 'missing' ? 'does not exist' : 'is no folder'}`,
    hint: 'Correct it, or make the folder.',
  });
}

export function shareOptions(share: SharePlan): QemuOption[] {
  const { id, origin, tag, pci } = share;
  if (share.type === '9p') {
    const members = { id: `fsdev-${id}`, path: share.source, ...share.backend };
    return [
      flagOption('-fsdev', keyValue('local', members), origin, 'The folder, which QEMU itself serves.'),
      deviceOption(
        origin,
        `The guest mounts it with: mount -t 9p -o trans=virtio,version=9p2000.L ${tag} /mnt.`,
        {
          driver: share.driver,
          id,
          fsdev: `fsdev-${id}`,
          mount_tag: tag,
          ...share.virtio,
          ...pci,
        },
      ),
    ];
  }
  const chardev = `${id}-chardev`;
  return [
    socketOption(chardev, share.socket, origin, 'The virtiofsd that serves the folder.'),
    // Without the properties that a guest's IOMMU asks for: virtiofsd knows none, and reads the memory as it is.
    deviceOption(origin, `The guest mounts it with: mount -t virtiofs ${tag} /mnt.`, {
      driver: pci.bus === undefined ? 'vhost-user-fs-device' : 'vhost-user-fs-pci',
      id,
      chardev,
      tag,
      'queue-size': share.queueSize,
      ...(share.queues === 1 ? {} : { 'num-request-queues': share.queues }),
      ...pci,
    }),
  ];
}
