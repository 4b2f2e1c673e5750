/** The device that the guest sees of a disk, on each bus. Pure. QEMU's docs: qemu-options, -device; `-device DRIVER,help`. */
import type { QemuOption } from '../command/option.js';
import { json, keyValue } from '../command/quote.js';
import { cacheSwitches, nodeName, topNode } from './block-names.js';
import type { Members } from './block-servers.js';
import { seedId } from './cloud-init.js';
import { virtioDriver } from './context.js';
import type { DiskPlan } from './disk-plan.js';
import { flagOption } from './options.js';

export function diskDeviceOptions(disk: DiskPlan): QemuOption[] {
  const { id, origin, vhostUser } = disk;
  if (vhostUser !== null) return vhostUserOptions(disk, vhostUser);
  const members = {
    driver: driverOf(disk),
    id,
    ...(disk.layers.length === 0 ? {} : { drive: topNode(disk), 'write-cache': writeCache(disk) }),
    ...busMembers(disk),
    ...commonMembers(disk),
    ...(disk.bus === 'virtio' ? disk.virtio.properties : {}),
    ...(disk.spec.acpiIndex === undefined ? {} : { 'acpi-index': disk.spec.acpiIndex }),
    ...(disk.bootIndex === null || disk.bus === 'fdc' ? {} : { bootindex: disk.bootIndex }),
    ...disk.address.properties,
    ...disk.pci,
  };
  const device = {
    group: 'devices',
    flag: '-device',
    value: numbers(json(members)),
    origin,
    why: why(disk),
    cost: cost(disk),
  } as const;
  return disk.bus === 'fdc' && disk.bootIndex !== null
    ? [device, floppyBoot(disk, disk.bootIndex)]
    : [device];
}

/** 64-bit names are numbers to QEMU, and larger than a JavaScript number: they go as text to here. */
function numbers(device: string): string {
  return device.replace(/"(wwn|eui64)":"(\d+)"/, '"$1":$2');
}

function floppyBoot({ address, origin }: DiskPlan, bootIndex: number): QemuOption {
  const drive = address.properties.unit === 1 ? 'B' : 'A';
  return flagOption(
    '-global',
    `isa-fdc.bootindex${drive}=${bootIndex}`,
    origin,
    'The place of the floppy in the order of starts.',
  );
}

function driverOf({ bus, spec, address, pci, virtio }: DiskPlan): string {
  const cdrom = spec.type === 'cdrom';
  switch (bus) {
    case 'virtio':
      return virtioDriver('blk', pci ?? {}, virtio.form);
    case 'scsi':
      return scsiDriver(spec.type);
    case 'nvme':
      return address.controller === null ? 'nvme' : 'nvme-ns';
    case 'sata':
    case 'ide':
      return cdrom ? 'ide-cd' : 'ide-hd';
    case 'usb':
      return 'usb-storage';
    case 'fdc':
      return 'floppy';
  }
}

const scsiDrivers = {
  disk: 'scsi-hd',
  cdrom: 'scsi-cd',
  lun: 'scsi-block',
  generic: 'scsi-generic',
} as const;

const scsiDriver = (type: DiskPlan['spec']['type']): string =>
  type === 'floppy' ? scsiDrivers.disk : scsiDrivers[type];

/** The guest talks to the device of the host itself. */
const passesCommands = ({ type }: DiskPlan['spec']): boolean => type === 'lun' || type === 'generic';

function writeCache({ bus, cache, spec }: DiskPlan): string | undefined {
  const has = !passesCommands(spec) && bus !== 'nvme';
  return has || cacheSwitches[cache].writeCache === 'off' ? cacheSwitches[cache].writeCache : undefined;
}

function busMembers({ bus, id, spec, address, ioThread, ioThreads }: DiskPlan): Members {
  const serial = spec.serial;
  switch (bus) {
    case 'virtio':
      return {
        serial,
        'num-queues': spec.queues === 'auto' ? undefined : spec.queues,
        'queue-size': spec.queueSize,
        iothread: ioThread ?? undefined,
        'iothread-vq-mapping': ioThreads?.map((thread) => ({ ...thread })),
        ioeventfd: spec.ioEventFd,
        event_idx: spec.eventIndex,
      };
    case 'scsi':
      return passesCommands(spec)
        ? { rotation_rate: rotationRate(spec) }
        : {
            serial,
            wwn: decimal(spec.wwn),
            vendor: spec.vendor,
            product: spec.product,
            device_id: spec.deviceName,
            ...(spec.type === 'cdrom'
              ? {}
              : { rotation_rate: rotationRate(spec), removable: spec.removable }),
          };
    case 'nvme':
      return address.controller === null
        ? {
            serial: serial ?? id.slice(0, 20),
            max_ioqpairs: spec.queues === 'auto' ? undefined : spec.queues,
          }
        : { eui64: decimal(spec.wwn) };
    case 'sata':
    case 'ide':
      return {
        serial,
        wwn: decimal(spec.wwn),
        model: spec.product,
        ...(spec.type === 'cdrom' ? {} : { rotation_rate: rotationRate(spec) }),
      };
    case 'usb':
      return { serial, removable: spec.removable };
    case 'fdc':
      return {};
  }
}

function commonMembers({ bus, spec }: DiskPlan): Members {
  if (passesCommands(spec)) return { ...errors(spec), 'share-rw': spec.shared ? true : undefined };
  const { geometry } = spec;
  return {
    'share-rw': spec.shared ? true : undefined,
    ...(bus === 'nvme' || bus === 'fdc' ? {} : errors(spec)),
    logical_block_size: spec.logicalBlockSize,
    physical_block_size: spec.physicalBlockSize,
    discard_granularity: spec.discardGranularity,
    ...(geometry === undefined
      ? {}
      : {
          cyls: geometry.cylinders,
          heads: geometry.heads,
          secs: geometry.sectors,
          'bios-chs-trans': geometry.translation,
        }),
  };
}

const errors = ({ errors: given }: DiskPlan['spec']): Members => ({
  rerror: given?.read,
  werror: given?.write,
});

/** ATA and SCSI write a disk without turning parts as 1. */
const rotationRate = ({ rotationRate: rate }: DiskPlan['spec']) => (rate === 'ssd' ? 1 : rate);

const decimal = (hexadecimal: string | undefined) =>
  hexadecimal === undefined ? undefined : BigInt(`0x${hexadecimal.replace(/^0x/, '')}`).toString();

function cost({ id, cache, readOnly }: DiskPlan): string | undefined {
  if (id === seedId) return 'Whoever may read disks in the guest reads it too: keep plain secrets out.';
  if (readOnly) return undefined;
  if (cache === 'unsafe')
    return 'What the guest was told is on the disk is lost if the host crashes, and the file system with it.';
  return cache === 'writethrough' || cache === 'directsync'
    ? 'Each write waits until it is on the disk, which is slow.'
    : undefined;
}

function why(disk: DiskPlan): string {
  const { id, bus, spec, ioThread, ioThreads, layers } = disk;
  if (id === seedId) return 'The seed: cloud-init in the guest finds it by its label, cidata.';
  if (spec.type === 'cdrom')
    return layers.length === 0 ? 'A CD drive with nothing in it.' : "The guest's CD drive.";
  if (spec.type === 'floppy') return "The guest's floppy drive.";
  if (passesCommands(spec)) return 'A SCSI device of the host: the guest talks to it itself.';
  if (bus !== 'virtio')
    return `The guest's ${bus === 'nvme' ? 'NVMe' : bus === 'scsi' ? 'SCSI' : bus.toUpperCase()} disk.`;
  if (ioThreads !== null) return "The guest's virtio disk, its queues spread over several I/O threads.";
  return ioThread === null
    ? "The guest's virtio disk."
    : `The guest's virtio disk, served by ${ioThread} and not by QEMU's main loop.`;
}

function vhostUserOptions(
  disk: DiskPlan,
  { socket, reconnect }: NonNullable<DiskPlan['vhostUser']>,
): QemuOption[] {
  const { id, origin, spec, pci } = disk;
  const chardev = nodeName(id, 'chardev');
  const value = keyValue('socket', { id: chardev, path: socket, reconnect: reconnect ?? undefined });
  return [
    flagOption('-chardev', value, origin, 'The socket of the process that serves the disk.'),
    {
      group: 'devices',
      flag: '-device',
      value: json({
        driver: pci?.bus === undefined ? 'vhost-user-blk' : `vhost-user-blk-pci${disk.virtio.form}`,
        id,
        chardev,
        'num-queues': spec.queues === 'auto' ? undefined : spec.queues,
        'queue-size': spec.queueSize,
        ...disk.virtio.properties,
        ...(spec.acpiIndex === undefined ? {} : { 'acpi-index': spec.acpiIndex }),
        ...(disk.bootIndex === null ? {} : { bootindex: disk.bootIndex }),
        ...pci,
      }),
      origin,
      why: "The guest's disk, served by another process out of the guest's memory.",
    },
  ];
}
