/** Checks of what the guest sees of a disk: which keys each bus knows. Pure. */
import type { DiskBus, DiskSpec } from '../devices/disk.js';
import type { KeyIssue } from './error.js';
import { chipsetOf } from './machine-type.js';
import { anyOf } from './printable.js';
import type { VmSpec } from './schema.js';

type DiskKey = keyof DiskSpec & string;

/** Keys that only some buses know. */
const busesOf: Partial<Record<DiskKey, readonly DiskBus[]>> = {
  wwn: ['scsi', 'sata', 'ide', 'nvme'],
  vendor: ['scsi'],
  product: ['scsi', 'sata', 'ide'],
  deviceName: ['scsi'],
  rotationRate: ['scsi', 'sata', 'ide'],
  removable: ['scsi', 'usb'],
  queueSize: ['virtio'],
  ioThreads: ['virtio'],
  ioThread: ['virtio', 'scsi'],
  ioEventFd: ['virtio'],
  eventIndex: ['virtio'],
  channel: ['scsi', 'ide'],
  target: ['scsi'],
  unit: ['scsi', 'sata', 'ide', 'fdc', 'nvme'],
  controller: ['scsi', 'sata', 'nvme'],
  reservations: ['scsi'],
  slot: ['virtio', 'nvme'],
  acpiIndex: ['virtio', 'nvme'],
  geometry: ['virtio', 'scsi', 'sata', 'ide'],
};

const busesFor: Readonly<Record<DiskSpec['type'], readonly DiskBus[]>> = {
  disk: ['virtio', 'scsi', 'nvme', 'sata', 'ide', 'usb'],
  cdrom: ['scsi', 'sata', 'ide', 'usb'],
  floppy: ['fdc'],
  lun: ['scsi'],
  generic: ['scsi'],
};

const cdromBus = { q35: 'sata', pc: 'ide', microvm: 'scsi' } as const;

export function checkDiskDevice(disk: DiskSpec, key: string, spec: VmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const issue = (name: DiskKey, message: string, hint: string) =>
    void issues.push({ key: `${key}.${name}`, message, hint });
  const chipset = chipsetOf(spec.machine.type);
  const bus = disk.bus ?? busesFor[disk.type][0] ?? 'virtio';
  const own = disk.type === 'cdrom' && disk.bus === undefined ? cdromBus[chipset] : bus;
  if (!busesFor[disk.type].includes(own)) {
    issue('bus', `a ${disk.type} can't be on ${own}`, `use ${anyOf(busesFor[disk.type])}`);
    return issues;
  }
  if (own === 'ide' && chipset !== 'pc')
    issue('bus', 'only the machine pc has IDE', 'use bus: sata, or machine.type: pc');
  if (chipset === 'microvm' && own !== 'virtio' && own !== 'scsi')
    issue('bus', `microvm has no ${own}`, 'use bus: virtio or scsi');
  for (const [name, buses] of Object.entries(busesOf)) {
    if (isKey(disk, name) && disk[name] !== undefined && !buses.includes(own)) {
      issue(name, `a disk on ${own} has none`, `use ${anyOf(buses)}, or remove it`);
    }
  }
  if (disk.queues !== 'auto' && own !== 'virtio' && own !== 'nvme') {
    issue(
      'queues',
      `a disk on ${own} has no queues of its own`,
      own === 'scsi' ? 'say queues of its controller, in controllers' : 'remove it',
    );
  }
  if (disk.readOnly && disk.type === 'disk' && (own === 'sata' || own === 'ide')) {
    issue('readOnly', `there is no read-only disk on ${own}`, 'use bus: virtio or scsi, or type: cdrom');
  }
  if (disk.wwn !== undefined && own === 'nvme' && disk.controller === undefined) {
    issue(
      'wwn',
      'an NVMe disk has one only as the namespace of a controller',
      'name a controller of type nvme',
    );
  }
  // On USB it is a disk to the guest.
  if (disk.removable !== undefined && disk.type === 'cdrom' && own !== 'usb')
    issue('removable', 'a CD always is', 'remove it');
  return [...issues, ...checkSourceOnBus(disk, own, key), ...checkThreads(disk, key, spec)];
}

function isKey(disk: DiskSpec, name: string): name is DiskKey {
  return Object.hasOwn(disk, name);
}

function checkSourceOnBus({ source, type, format }: DiskSpec, bus: DiskBus, key: string): KeyIssue[] {
  const kind = typeof source === 'object' ? source.type : undefined;
  const issues: KeyIssue[] = [];
  if (kind === 'vhost-user' && bus !== 'virtio') {
    issues.push({
      key: `${key}.bus`,
      message: 'what another process serves is a virtio disk',
      hint: 'use bus: virtio',
    });
  }
  if (kind === 'web' && (bus === 'sata' || bus === 'ide') && type === 'disk') {
    issues.push({
      key: `${key}.bus`,
      message: `what is on a web server is only read, and ${bus} has no such disk`,
      hint: 'use type: cdrom, or bus: virtio',
    });
  }
  if (
    (type === 'lun' || type === 'generic') &&
    ((kind !== undefined && kind !== 'block' && kind !== 'iscsi') || (format !== 'raw' && format !== 'auto'))
  ) {
    issues.push({
      key: `${key}.source`,
      message: `a ${type} is a SCSI device of the host or an iSCSI unit`,
      hint: 'use type: disk',
    });
  }
  return issues;
}

function checkThreads(
  { ioThread, ioThreads: map = [], controller, queues }: DiskSpec,
  key: string,
  spec: VmSpec,
): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const count = spec.ioThreads;
  const check = (number: number, name: string) => {
    if (number < count) return;
    const has = count === 0 ? 'this VM has no I/O threads' : `this VM has ${count}, counted from 0`;
    issues.push({
      key: `${key}.${name}`,
      message: `there is no I/O thread ${number}: ${has}`,
      hint: `write ioThreads: ${number + 1} at the top of the spec, or change this`,
    });
  };
  if (ioThread !== undefined) check(ioThread, 'ioThread');
  for (const [index, { id }] of map.entries()) check(id, `ioThreads[${index}].id`);
  if (ioThread !== undefined && map.length > 0) {
    issues.push({ key: `${key}.ioThread`, message: 'there is ioThreads too', hint: 'remove one of the two' });
  }
  if (ioThread !== undefined && controller !== undefined) {
    issues.push({
      key: `${key}.ioThread`,
      message: 'a SCSI disk is served by the thread of its controller',
      hint: 'say ioThread there, in controllers',
    });
  }
  return [...issues, ...checkMapping(map, queues, `${key}.ioThreads`)];
}

/** QEMU wants each queue served by one thread, or none said at all (hw/block/virtio-blk.c). */
export function checkMapping(
  map: NonNullable<DiskSpec['ioThreads']>,
  queues: number | 'auto',
  key: string,
): KeyIssue[] {
  const said = map.filter((thread) => thread.queues !== undefined);
  if (said.length === 0) return [];
  if (said.length < map.length) {
    return [
      {
        key,
        message: 'queues are said of all threads or of none',
        hint: 'give each its queues, or remove them',
      },
    ];
  }
  const all = said.flatMap((thread) => thread.queues ?? []);
  if (queues === 'auto')
    return [{ key, message: 'needs to know how many queues there are', hint: 'give queues a number' }];
  const complete =
    new Set(all).size === all.length && all.length === queues && all.every((queue) => queue < queues);
  return complete
    ? []
    : [
        {
          key,
          message: `each of the ${queues} queues, 0 to ${queues - 1}, is served by exactly one thread`,
          hint: 'correct the lists of queues',
        },
      ];
}
