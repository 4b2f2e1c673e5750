/** Where disks hang: the controllers of a domain, those that libvirt implies, and the addresses of its disks. Pure. libvirt's docs: formatdomain, "Device Addresses". */
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { DomainFacts } from '../facts.js';
import type { XmlNode } from '../node.js';
import type { Notes, Place } from '../report.js';

export type Bus = NonNullable<NonNullable<SpecDocument['disks']>[number]['bus']>;
export type ScsiModel = NonNullable<Extract<ControllerInput, { type: 'scsi' }>['model']>;
type ControllerInput = NonNullable<SpecDocument['controllers']>[number];

/** The place of a disk, in the keys of the spec. */
export interface DiskPlace {
  readonly controller?: string | undefined;
  readonly channel?: number | undefined;
  readonly target?: number | undefined;
  readonly unit?: number | undefined;
}

interface Address {
  readonly controller: number;
  readonly bus: number;
  readonly target: number;
  readonly unit: number;
}

/** SCSI adapters whose units are what others call targets. */
const narrow: ReadonlySet<ScsiModel> = new Set(['lsi53c895a', 'lsi53c810', 'am53c974', 'dc390']);

/** Controllers by their index, and the places on them. */
export class DiskPlaces {
  readonly #scsi = new Map<number, { id: string; model: ScsiModel }>();
  readonly #sata = new Map<number, string>();
  readonly #ide = new Set<number>();

  constructor(
    private readonly facts: DomainFacts,
    private readonly draft: SpecDraft,
  ) {}

  scsiController(index: number, id: string, model: ScsiModel): void {
    this.#scsi.set(index, { id, model });
  }

  sataController(index: number, id: string): void {
    this.#sata.set(index, id);
  }

  /** Where a disk is, by its address or by the name of its target (`sdb` is the second). */
  take(node: XmlNode, bus: Bus, name: string, notes: Notes): DiskPlace {
    const address = driveAddress(node) ?? defaultAddress(bus, name);
    switch (bus) {
      case 'scsi': {
        const { id, model } = this.scsi(address.controller, node);
        return narrow.has(model)
          ? { controller: id, target: address.unit }
          : { controller: id, channel: address.bus || undefined, target: address.target, unit: address.unit };
      }
      case 'sata':
        return { controller: this.#sataAt(address.controller, node), unit: address.unit };
      case 'ide':
        return this.#idePlace(address, node, notes);
      case 'fdc':
        return { unit: address.unit };
      default:
        return {};
    }
  }

  /** The place of a SCSI device of the host, which has no name: its address, or the first that is free. */
  takeFree(node: XmlNode): DiskPlace {
    const address = driveAddress(node);
    const { id, model } = this.scsi(address?.controller ?? 0, node);
    if (address === undefined) return { controller: id };
    return narrow.has(model)
      ? { controller: id, target: address.unit }
      : { controller: id, channel: address.bus || undefined, target: address.target, unit: address.unit };
  }

  /** The adapter with this index, added to the spec if the domain only implies it. */
  scsi(index: number, place: Place): { id: string; model: ScsiModel } {
    const known = this.#scsi.get(index);
    if (known) return known;
    // libvirt gives an adapter that it adds by itself the model of the last one.
    const model = [...this.#scsi.values()].at(-1)?.model ?? 'lsi53c895a';
    const added = { id: `scsi${index}`, model };
    this.#scsi.set(index, added);
    this.draft.add(
      'controllers',
      { type: 'scsi', id: added.id, model: model === 'virtio' ? undefined : model },
      place,
    );
    return added;
  }

  /** libvirt's own name of a SCSI disk, which the guest sees on its page of identities. */
  scsiAlias(node: XmlNode, name: string): string {
    const { controller, bus, target, unit } = driveAddress(node) ?? defaultAddress('scsi', name);
    const { model } = this.scsi(controller, node);
    return model === 'lsi53c895a'
      ? `scsi${controller}-${bus}-${unit}`
      : `scsi${controller}-${bus}-${target}-${unit}`;
  }

  /** What the chipset has four of: a place that is none, or is taken, is left to `vm`. */
  #idePlace({ controller, bus, unit }: Address, node: Place, notes: Notes): DiskPlace {
    const place = bus * 2 + unit;
    if (controller > 0 || bus > 1 || unit > 1 || this.#ide.has(place)) {
      notes.approximated(node, 'its place on IDE is none, or taken: it gets the first that is free');
      return {};
    }
    this.#ide.add(place);
    return { channel: bus, unit };
  }

  /** q35 has the first one itself: it needs no name. */
  #sataAt(index: number, place: Place): string | undefined {
    if (this.facts.machine === 'q35' && index === 0) return undefined;
    const known = this.#sata.get(index);
    if (known !== undefined) return known;
    const id = `sata${index}`;
    this.#sata.set(index, id);
    this.draft.add('controllers', { type: 'sata', id }, place);
    return id;
  }
}

/** `<address type='drive'>`; every other one is laid out anew. */
function driveAddress(node: XmlNode): Address | undefined {
  const address = node.child('address');
  if (address === undefined) return undefined;
  if (address.attribute('type') !== 'drive') {
    address.ignoreAll();
    return undefined;
  }
  address.ignore('@diskbus');
  const [controller = 0, bus = 0, target = 0, unit = 0] = ['controller', 'bus', 'target', 'unit'].map((key) =>
    address.integer(key),
  );
  return { controller, bus, target, unit };
}

function defaultAddress(bus: Bus, name: string): Address {
  const index = targetIndex(name);
  const perController = bus === 'scsi' ? 7 : bus === 'sata' ? 6 : bus === 'fdc' ? 2 : 4;
  const place = index % perController;
  return {
    controller: Math.floor(index / perController),
    bus: bus === 'ide' ? place >> 1 : 0,
    target: 0,
    unit: bus === 'ide' ? place & 1 : place,
  };
}

/** `sda` is 0, `sdz` 25, `sdaa` 26. */
function targetIndex(name: string): number {
  const letters = /^(?:fd|hd|vd|sd|xvd|ubd)([a-z]{1,4})/.exec(name)?.[1] ?? 'a';
  return [...letters].reduce((sum, letter) => sum * 26 + (letter.charCodeAt(0) - 96), 0) - 1;
}
