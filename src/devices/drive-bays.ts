/** Which controller and which place on it each disk gets. Pure. */
import { VmError } from '../errors.js';
import type { DeviceContext, PciSlot } from './context.js';
import { type ControllerPlan, impliedScsi, type ScsiController, type ScsiModel } from './controllers.js';
import type { DiskBus, DiskSpec } from './disk.js';

/** Where a disk hangs: its controller, unless that is the machine's own, and the properties that say the place on it. */
export interface DriveAddress {
  readonly controller: string | null;
  readonly properties: Readonly<Record<string, string | number>>;
}

export interface DrivePlace {
  readonly address: DriveAddress;
  /** Of a disk that is a PCI device itself. */
  readonly pci: PciSlot | null;
}

const sataPorts = 6;
/** Parallel SCSI: a disk is a target, without units. The adapter itself is target 7, which only a disk that asks for it is given too. */
const narrow: ReadonlySet<ScsiModel> = new Set(['lsi53c895a', 'lsi53c810', 'am53c974', 'dc390']);
const targets = { virtio: 256, wide: 64, narrow: 8 } as const;
const adapterTarget = 7;

const noController: DriveAddress = { controller: null, properties: {} };

/** Gives disks their places; controllers that it had to make are in {@link controllers}. */
export class DriveBays {
  readonly controllers: ControllerPlan[];
  private readonly taken = new Set<string>();

  /** @param chipset q35 has SATA ports of its own (`ide.0` to `ide.5`), pc IDE and a floppy controller. */
  constructor(
    named: readonly ControllerPlan[],
    private readonly chipset: DeviceContext['chipset'],
    private readonly context: DeviceContext,
  ) {
    this.controllers = [...named];
  }

  /** @throws VmError `spec.drive-place` where a place is taken twice, or there is none left. */
  place(disk: DiskSpec, bus: DiskBus, id: string, origin: string, ioThread: string | null): DrivePlace {
    switch (bus) {
      case 'virtio':
        return { address: noController, pci: this.context.pciSlot(id, 'disk') };
      case 'usb':
        return {
          address: { controller: null, properties: { ...this.context.usb.take(undefined, undefined) } },
          pci: null,
        };
      case 'nvme':
        return this.placeNvme(disk, id, origin);
      case 'scsi':
        return this.placeScsi(disk, origin, ioThread);
      case 'sata':
        return this.placeSata(disk, origin);
      case 'ide':
        return this.placeIde(disk, origin);
      case 'fdc':
        return this.placeFloppy(disk, origin);
    }
  }

  private placeNvme({ controller, unit }: DiskSpec, id: string, origin: string): DrivePlace {
    if (controller === undefined) {
      return { address: noController, pci: this.context.pciSlot(id, 'disk') };
    }
    const nsid = this.take(controller, range(1, 257), unit, `${origin}.unit`);
    return { address: { controller, properties: { bus: controller, nsid } }, pci: null };
  }

  private placeScsi(disk: DiskSpec, origin: string, ioThread: string | null): DrivePlace {
    const adapter = this.scsiFor(disk, origin, ioThread);
    const { channel = 0, unit = 0 } = disk;
    const wide = !narrow.has(adapter.model);
    const count = adapter.model === 'virtio' ? targets.virtio : wide ? targets.wide : targets.narrow;
    const wanted = disk.target ?? (disk.unit === undefined ? undefined : 0);
    const target = this.take(
      `${adapter.id} channel ${channel}`,
      range(0, count).filter((target) => wide || target === wanted || target !== adapterTarget),
      wanted,
      `${origin}.target`,
      unit,
    );
    const place = wide ? { channel, 'scsi-id': target, lun: unit } : { 'scsi-id': target };
    return {
      address: { controller: adapter.id, properties: { bus: `${adapter.id}.0`, ...place } },
      pci: null,
    };
  }

  /** The named one; or the first with the same I/O thread, made if there is none. */
  private scsiFor(disk: DiskSpec, origin: string, ioThread: string | null): ScsiController {
    const all = this.controllers.filter((one): one is ScsiController => one.type === 'scsi');
    const named = all.find(({ id }) => id === disk.controller);
    const fitting = named ?? all.find((one) => ioThread === null || one.ioThread === ioThread);
    if (fitting) return fitting;
    const made = impliedScsi(
      ioThread === null ? 'vm-scsi' : `vm-scsi-${ioThread}`,
      ioThread,
      origin,
      this.context,
    );
    this.controllers.push(made);
    return made;
  }

  private placeSata({ controller, unit }: DiskSpec, origin: string): DrivePlace {
    const adapters = this.controllers.filter(({ type }) => type === 'sata').map(({ id }) => id);
    const candidates =
      controller !== undefined ? [controller] : [...(this.chipset === 'q35' ? ['ide'] : []), ...adapters];
    const ports = range(0, sataPorts);
    const free = candidates.find((one) => ports.some((port) => !this.taken.has(placeKey(one, port, 0))));
    const adapter = (unit === undefined ? free : candidates[0]) ?? this.makeSata(adapters.length, origin);
    const port = this.take(adapter, ports, unit, `${origin}.unit`);
    return {
      address: { controller: adapter === 'ide' ? null : adapter, properties: { bus: `${adapter}.${port}` } },
      pci: null,
    };
  }

  private makeSata(index: number, origin: string): string {
    const id = `vm-sata${index}`;
    this.controllers.push({ kind: 'controller', type: 'sata', id, origin, pci: this.context.pciSlot(id) });
    return id;
  }

  private placeIde({ channel, unit }: DiskSpec, origin: string): DrivePlace {
    const wanted = channel === undefined && unit === undefined ? undefined : (channel ?? 0) * 2 + (unit ?? 0);
    const drive = this.take('IDE', range(0, 4), wanted, `${origin}.unit`);
    return {
      address: { controller: null, properties: { bus: `ide.${drive >> 1}`, unit: drive & 1 } },
      pci: null,
    };
  }

  private placeFloppy({ unit }: DiskSpec, origin: string): DrivePlace {
    if (this.chipset === 'q35' && !this.controllers.some(({ type }) => type === 'floppy')) {
      this.controllers.push({ kind: 'controller', type: 'floppy', id: 'vm-fdc', origin });
    }
    const drive = this.take('the floppy controller', [0, 1], unit, `${origin}.unit`);
    return { address: { controller: null, properties: { unit: drive } }, pci: null };
  }

  private take(
    holder: string,
    places: readonly number[],
    wanted: number | undefined,
    key: string,
    lun = 0,
  ): number {
    const free = (place: number) => !this.taken.has(placeKey(holder, place, lun));
    const place = wanted ?? places.find((one) => places.length > 0 && free(one));
    if (place === undefined || !places.includes(place) || !free(place)) {
      const what =
        place === undefined
          ? 'has no place left'
          : places.includes(place)
            ? `has a disk at ${place} already`
            : `has no place ${place}`;
      throw new VmError('spec.drive-place', `${key}: ${holder} ${what}`, {
        hint: `Leave ${key} out, name another controller, or use bus: virtio or scsi.`,
      });
    }
    this.taken.add(placeKey(holder, place, lun));
    return place;
  }
}

const placeKey = (holder: string, place: number, lun: number) => `${holder} ${place} ${lun}`;

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
