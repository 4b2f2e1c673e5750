/** `<disk>`. Pure. libvirt's docs: formatdomain, "Hard drives, floppy disks, CDROMs". */
import type { ImageFormat } from '../../devices/disk-content.js';
import { formatBytes } from '../../units.js';
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { IoThreadNumbers } from '../io-threads.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { deviceIdOf } from './addresses.js';
import { backingChain, luksInRaw } from './disk-backing.js';
import { diskDriver } from './disk-driver.js';
import { diskLimits, type ThrottleGroups } from './disk-limits.js';
import type { Bus, DiskPlaces } from './disk-places.js';
import type { SourceInput } from './disk-secrets.js';
import { diskSource } from './disk-source.js';
import { virtioKeys } from './virtio.js';

type Disk = NonNullable<SpecDocument['disks']>[number];
type Device = NonNullable<Disk['type']>;

export interface DiskContext {
  readonly places: DiskPlaces;
  readonly groups: ThrottleGroups;
  readonly threads: IoThreadNumbers;
}

export function convertDisk(node: XmlNode, draft: SpecDraft, notes: Notes, context: DiskContext): void {
  const type = node.attribute('type') ?? 'file';
  const device = node.oneOf('device', ['disk', 'cdrom', 'floppy', 'lun']) ?? 'disk';
  const target = node.child('target');
  const name = target?.attribute('dev') ?? '';
  const bus = busOf(target?.attribute('bus'), name, device);
  if (bus === undefined) {
    notes.dropped(
      target ?? node,
      `vm has no disks on ${target?.attribute('bus') ?? 'this bus'}: ${name} is left out`,
    );
    node.ignoreAll();
    return;
  }
  const source = diskSource(type, node, notes);
  const { format: said, keys } = diskDriver(node, context.threads, notes);
  const format = luksInRaw(said, source?.encryption);
  const imaged = source !== undefined && type !== 'vhostuser';
  const medium = device === 'cdrom' || device === 'floppy';
  draft.add(
    'disks',
    {
      id: deviceIdOf(node, name),
      type: device === 'disk' ? undefined : device,
      source: source?.source,
      format: imaged ? formatKey(format, source.source) : undefined,
      ifMissing: medium && source?.optional === true ? 'empty' : undefined,
      backing: imaged ? backingChain(node, format, notes) : undefined,
      encryption: source?.encryption,
      slice: source?.slice,
      readOnly: device !== 'cdrom' && readOnly(node, source?.source) ? true : undefined,
      shared: node.child('shareable') === undefined ? undefined : true,
      transient: transient(node, notes),
      ...keys,
      limits: diskLimits(node, context.groups, notes),
      bus,
      ...context.places.take(node, bus, name, notes),
      acpiIndex: node.child('acpi')?.integer('index', 1),
      boot: node.child('boot')?.integer('order', 1),
      ...identity(node, bus, device, name, context.places),
      ...looks(node, target),
      reservations: source?.reservations,
      ...(bus === 'virtio' ? virtioKeys(node, node.attribute('model')) : {}),
    },
    node,
  );
  reportLosses(node, target, notes);
}

/** libvirt's default goes by the name, `sda` being SCSI; a floppy is on its own controller anyway. */
function busOf(said: string | undefined, name: string, device: Device): Bus | undefined {
  if (device === 'floppy' && said !== 'usb') return 'fdc';
  const prefix = /^(fd|hd|vd|sd)/.exec(name)?.[1] ?? '';
  const bus = said ?? { fd: 'fdc', hd: 'ide', vd: 'virtio', sd: 'scsi' }[prefix] ?? 'virtio';
  return (['virtio', 'scsi', 'sata', 'ide', 'usb', 'fdc', 'nvme'] as const).find((known) => known === bus);
}

/** What the name of the file does not say by itself. */
function formatKey(format: ImageFormat, source: SourceInput): ImageFormat | undefined {
  const byName = typeof source === 'string' && source.endsWith('.qcow2') ? 'qcow2' : 'raw';
  return format === byName ? undefined : format;
}

/** A server of web pages takes nothing. */
function readOnly(node: XmlNode, source: SourceInput | undefined): boolean {
  return node.child('readonly') !== undefined || (typeof source === 'object' && source.type === 'web');
}

function transient(node: XmlNode, notes: Notes): true | undefined {
  const found = node.child('transient');
  if (found?.yesNo('shareBacking')) notes.changed(found, 'each transient disk has its own lock here');
  return found === undefined ? undefined : true;
}

function identity(node: XmlNode, bus: Bus, device: Device, name: string, places: DiskPlaces): Partial<Disk> {
  const serial = node.child('serial')?.text() || undefined;
  const wwn = node.child('wwn')?.text();
  const alias =
    bus === 'scsi' && device !== 'lun'
      ? (serial ?? `drive-${aliasOf(node) ?? places.scsiAlias(node, name)}`)
      : undefined;
  return {
    serial,
    wwn,
    vendor: node.child('vendor')?.text(),
    product: node.child('product')?.text(),
    deviceName: alias,
  };
}

const aliasOf = (node: XmlNode): string | undefined => {
  const alias = node.child('alias')?.attribute('name');
  return alias?.startsWith('ua-') ? alias : undefined;
};

function looks(node: XmlNode, target: XmlNode | undefined): Partial<Disk> {
  const rate = target?.integer('rotation_rate');
  const io = node.child('blockio');
  const size = (name: string) => {
    const value = io?.integer(name, 1);
    return value === undefined ? undefined : formatBytes(value);
  };
  const geometry = node.child('geometry');
  const [cylinders, heads, sectors] = ['cyls', 'heads', 'secs'].map((name) => geometry?.integer(name, 1));
  return {
    rotationRate: rate === 1 ? 'ssd' : rate,
    removable: target?.onOff('removable') ?? (target?.attribute('bus') === 'usb' ? false : undefined),
    logicalBlockSize: size('logical_block_size'),
    physicalBlockSize: size('physical_block_size'),
    discardGranularity: size('discard_granularity'),
    geometry:
      cylinders === undefined || heads === undefined || sectors === undefined
        ? undefined
        : { cylinders, heads, sectors, translation: geometry?.oneOf('trans', ['auto', 'none', 'lba']) },
  };
}

function reportLosses(node: XmlNode, target: XmlNode | undefined, notes: Notes): void {
  node.ignore('@snapshot', '@model', 'privateData', 'alias');
  if (node.attribute('sgio') === 'unfiltered')
    notes.dropped(node, 'sgio: the kernel filters SCSI commands as it does for any user');
  node.child('boot')?.ignore('@loadparm');
  if (node.yesNo('rawio')) notes.dropped(node, 'rawio: QEMU is not given the right to any SCSI command');
  if (target?.attribute('tray') === 'open') notes.dropped(target, 'the drive starts with its tray closed');
  const mirror = node.child('mirror');
  if (mirror === undefined) return;
  mirror.ignoreAll();
  notes.dropped(mirror, 'a copy of the disk is under way: the spec names the image that it began with');
}
