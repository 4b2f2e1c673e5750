/** What is decided of disks: their images, how they are read, where they hang. Pure. */
import { kindOfDisk } from '../spec/boot.js';
import type { VmSpec } from '../spec/schema.js';
import { seedDisk, seedId } from './cloud-init.js';
import type { DeviceContext, PciSlot, VirtioTransport } from './context.js';
import { type ControllerPlan, planController } from './controllers.js';
import type { DiskBus, DiskSpec } from './disk.js';
import {
  type DiskAio,
  type DiskCache,
  imageFormat,
  planAio,
  planCache,
  planDiscardNoUnref,
  reportFile,
  reportSecrets,
} from './disk-checks.js';
import type { ImageFormat } from './disk-content.js';
import { type ImageLayer, localPath, named, planChain } from './disk-images.js';
import { ThrottleGroups, type ThrottlePlan } from './disk-limits.js';
import { type MadeImage, plannedImage, transientLayer } from './disk-made.js';
import { sourceText } from './disk-texts.js';
import { type IoThreadMap, ioThreadsOf } from './disk-threads.js';
import { type DriveAddress, DriveBays, type DrivePlace } from './drive-bays.js';
import { transportOf } from './virtio.js';

export interface DiskPlan {
  readonly kind: 'disk';
  readonly id: string;
  readonly origin: string;
  readonly bus: DiskBus;
  /** What is in it, in a few words: a path as it is. Empty: nothing. */
  readonly source: string;
  /** The image that the guest writes first, then those under it; empty for a drive with nothing in it. */
  readonly layers: readonly ImageLayer[];
  /** Whether it is known that nothing lies under the last layer. */
  readonly complete: boolean;
  /** Served by another process, past QEMU's block layer. */
  readonly vhostUser: { readonly socket: string; readonly reconnect: number | null } | null;
  readonly format: ImageFormat;
  readonly readOnly: boolean;
  readonly cache: DiskCache;
  readonly aio: DiskAio;
  readonly discard: 'unmap' | 'ignore';
  readonly throttles: readonly ThrottlePlan[];
  readonly ioThread: string | null;
  readonly ioThreads: IoThreadMap | null;
  readonly bootIndex: number | null;
  readonly address: DriveAddress;
  readonly pci: PciSlot | null;
  readonly virtio: VirtioTransport;
  /** Images that `up` makes, in this order. */
  readonly made: readonly MadeImage[];
  /** Null: QEMU's default. */
  readonly discardNoUnref: boolean | null;
  /** What needs no decision. */
  readonly spec: DiskSpec;
}

/** Controllers first: the disks hang on them. */
export function planStorage(
  { disks, controllers, cloudInit }: Pick<VmSpec, 'disks' | 'controllers' | 'cloudInit'>,
  context: DeviceContext,
): (ControllerPlan | DiskPlan)[] {
  const bays = new DriveBays(
    controllers.map((controller, index) => planController(controller, index, context)),
    context.chipset,
    context,
  );
  const throttles = new ThrottleGroups(disks.map(({ limits }) => limits));
  const named = disks.map((disk, index) => ({
    disk,
    id: disk.id ?? `disk${index}`,
    origin: `disks[${index}]`,
  }));
  const seed = seedDisk(cloudInit, context.paths).map((disk) => ({ disk, id: seedId, origin: 'cloudInit' }));
  const planned = [...named, ...seed].map((own, index) => ({
    index,
    disk: own.disk,
    plan: planDisk(own, throttles, context),
  }));
  // Those whose place the spec says take it before the others choose.
  const order = [...planned].sort((a, b) => Number(!hasPlace(a.disk)) - Number(!hasPlace(b.disk)));
  const places = new Map(
    order.map(({ index, disk, plan }) => [
      index,
      bays.place(disk, plan.bus, plan.id, plan.origin, plan.ioThread),
    ]),
  );
  const placed = planned.map(({ index, plan, disk }): DiskPlan => {
    const place = places.get(index) ?? noPlace;
    return { ...plan, ...place, virtio: transportOf(disk.virtio, context.virtio, place.pci ?? {}) };
  });
  return [...bays.controllers, ...placed];
}

const noPlace: DrivePlace = { address: { controller: null, properties: {} }, pci: null };

const hasPlace = ({ channel, target, unit }: DiskSpec) => (channel ?? target ?? unit) !== undefined;

function defaultBus(type: DiskSpec['type'], chipset: DeviceContext['chipset']): DiskBus {
  if (type === 'cdrom') return ({ q35: 'sata', pc: 'ide', microvm: 'scsi' } as const)[chipset];
  return type === 'floppy' ? 'fdc' : type === 'lun' || type === 'generic' ? 'scsi' : 'virtio';
}

function planDisk(
  { disk, id, origin }: { readonly disk: DiskSpec; readonly id: string; readonly origin: string },
  groups: ThrottleGroups,
  context: DeviceContext,
): Omit<DiskPlan, 'address' | 'pci' | 'virtio'> {
  const bus = disk.bus ?? defaultBus(disk.type, context.chipset);
  const content = planContent(disk, id, origin, context);
  return {
    kind: 'disk',
    id,
    origin,
    bus,
    ...content,
    discard: disk.discard,
    throttles: groups.of(disk.limits, id),
    ...ioThreadsOf(disk, origin, 'iothreadVqMapping', context),
    bootIndex: id === seedId ? null : bootIndex(disk, id, context),
    discardNoUnref: planDiscardNoUnref(disk.discardNoUnref, origin, context),
    spec: disk,
  };
}

function bootIndex({ boot, type }: DiskSpec, id: string, context: DeviceContext): number | null {
  return boot ?? context.bootIndex(kindOfDisk(type), id) ?? null;
}

type Content = Pick<
  DiskPlan,
  'source' | 'layers' | 'complete' | 'vhostUser' | 'format' | 'readOnly' | 'cache' | 'aio' | 'made'
>;

const nothing = { source: '', layers: [], complete: true, vhostUser: null, format: 'raw', made: [] } as const;

function planContent(disk: DiskSpec, id: string, origin: string, context: DeviceContext): Content {
  const source = disk.source === undefined ? undefined : named(disk.source, context.files);
  const path = source && localPath(source);
  const facts = path === undefined ? undefined : context.files.get(path);
  const readOnly = disk.readOnly || disk.type === 'cdrom' || source?.type === 'web';
  const empty = disk.ifMissing === 'empty' && facts?.kind === 'missing';
  if (empty) tellEmpty(path ?? '', origin, context);
  if (source === undefined || empty) return { ...nothing, readOnly, cache: 'none', aio: 'threads' };
  if (source.type === 'vhost-user') {
    const vhostUser = { socket: source.socket, reconnect: source.reconnect ?? null };
    return { ...nothing, source: sourceText(source), vhostUser, readOnly, cache: 'none', aio: 'threads' };
  }
  const format = imageFormat(disk.format, path ?? '', facts, origin, context);
  const image = plannedImage(disk, { source, format, facts, id }, origin, context);
  if (path !== undefined && image === null)
    reportFile({ source: path, readOnly: readOnly || disk.transient }, facts, origin, context);
  reportSecrets(disk, source, origin, context);
  const chain = planChain(disk, { source, format, made: image !== null }, origin, context);
  const overlay = disk.transient ? transientLayer(chain, { id, size: disk.size }, origin, context) : null;
  const cache = planCache(disk.cache, facts, origin, context);
  return {
    source: path ?? sourceText(source),
    layers: overlay === null ? chain.layers : [overlay.layer, ...chain.layers],
    complete: chain.complete,
    vhostUser: null,
    format,
    readOnly,
    cache,
    aio: path === undefined ? 'threads' : planAio(disk.aio, cache, origin, context),
    made: [...(image === null ? [] : [image]), ...(overlay === null ? [] : [overlay.image])],
  };
}

function tellEmpty(path: string, origin: string, { find }: DeviceContext): void {
  find({
    severity: 'warning',
    code: 'host.disk',
    key: `${origin}.source`,
    message: `${path} does not exist: the drive starts with nothing in it`,
    hint: 'Put the file there, or leave source out.',
  });
}
