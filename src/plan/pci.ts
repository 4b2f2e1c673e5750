/**
 * Where each PCI device sits, so that its address follows its kind and id and stays when another device comes or goes. Pure.
 *
 * A guest names a device by its bus number, and bus numbers are given to root ports in the order of their places. So there is a port at
 * every place up to the last one in use: a device takes the port of its place, or adds ports behind all the others, and no bus number
 * changes. Ports without a device are room for hot-plug.
 *
 * On pc all sit on the machine's own bus while it has room, then behind bridges, each in the last slot of the bus before it.
 */
import { createHash } from 'node:crypto';
import type { PciKind, PciSlot } from '../devices/context.js';
import { VmError } from '../errors.js';
import type { Chipset } from '../spec/machine-type.js';
import type { PlanNotes } from './findings.js';
import type { PciBridgePlan, RootPortPlan } from './plan.js';

/** Slots 0 and 1 are left to the chipset, an IOMMU and a video device of the machine's own; 0x1f is the ICH9. */
const firstSlot = 2;
const lastSlot = 30;
/** Of pc: more than any guest that is not better off on q35. */
const mostBridges = 4;
/** Slots 1 to 30: 0 may be the bridge's own controller of hot-plug, 31 has the next bridge. */
const slotsOfBridge = 30;
const bridgeSlot = 31;
/** The kinds of the eight places of a row; on q35 a row is a slot, and a place one of its functions. */
const row: readonly PciKind[] = [
  'network',
  'disk',
  'other',
  'other',
  'other',
  'hostDevice',
  'network',
  'disk',
];
/** Ids of the user's own are spread over this many rows: few enough that their ports cost a guest no time to speak of. */
const rowsOfNames = { q35: 8, pc: 3 } as const;
/** Devices that a VM has one of, in the order of how common they are. */
const singles: readonly string[] = [
  'rng0',
  'virtio-serial0',
  'video0',
  'usb0',
  'balloon0',
  'vm-seed',
  'vsock0',
  'sound0',
  'input0',
  'vm-scsi',
  'watchdog0',
  'panic0',
  'pstore0',
];

export class PciAllocator {
  private readonly slots = new Map<string, PciSlot>();
  /** By place. */
  private readonly holders = new Map<number, string>();
  /** The places that devices ask for, by id; nobody else gets them. */
  private readonly wished: ReadonlyMap<string, number>;
  private readonly kept: ReadonlySet<number>;

  constructor(
    /** Behind root ports on q35, on one bus on pc, nothing on microvm. */
    private readonly chipset: Chipset,
    private readonly decide: PlanNotes['decide'] = () => {},
    wishes: readonly { readonly id: string; readonly slot: number }[] = [],
  ) {
    const first = chipset === 'pc' ? firstSlot : 0;
    this.wished = new Map(wishes.map(({ id, slot }) => [id, slot - first]));
    this.kept = new Set(this.wished.values());
  }

  /**
   * A slot for the device with this id; nothing on a machine without PCI. The same id gets the same slot again.
   * @throws VmError `spec.pci-full` where the machine has no slot left.
   */
  take(id: string, kind: PciKind = 'other'): PciSlot {
    const known = this.slots.get(id);
    if (known) return known;
    const slot = this.chipset === 'microvm' ? {} : this.place(id, kind, this.chipset);
    this.slots.set(id, slot);
    return slot;
  }

  private place(id: string, wantedKind: PciKind, chipset: 'q35' | 'pc'): PciSlot {
    const kind = singles.includes(id) ? 'other' : wantedKind;
    const size = (lastSlot - firstSlot + 1) * (chipset === 'q35' ? row.length : 1);
    const place = this.wished.get(id) ?? this.free(id, kind, chipset, size);
    this.holders.set(place, id);
    return chipset === 'q35' ? { bus: portId(place), addr: '0x0' } : slotOnPc(place);
  }

  private free(id: string, kind: PciKind, chipset: 'q35' | 'pc', size: number): number {
    const wanted = firstChoice(id, kind, chipset);
    const behindBridges = chipset === 'pc' ? mostBridges * slotsOfBridge : 0;
    const isFree = (candidate: number) => !this.holders.has(candidate) && !this.kept.has(candidate);
    const own = placeOf(wanted, kind);
    // Nearly always: the others need not be thought of.
    const place =
      own < size && isFree(own) ? own : placesFrom(wanted, kind, size, size + behindBridges).find(isFree);
    if (place === undefined) throw pciFull(size + behindBridges);
    if (place >= size) this.tellBridge(id, place);
    else if (place !== own) this.tellCollision(id, place, own);
    return place;
  }

  private tellCollision(id: string, place: number, wanted: number): void {
    const byWish = [...this.wished].find(([, wish]) => wish === wanted)?.[0];
    const holder = byWish ?? this.holders.get(wanted) ?? 'no device of this machine';
    const slot = this.chipset === 'pc' ? place + firstSlot : place;
    this.decide({
      key: 'machine.sparePorts',
      value: `${id}: PCI place ${place}`,
      reason: `its own, ${wanted}, is held by ${holder}: it moves if that device goes; slot: ${slot} in the spec would keep it there`,
    });
  }

  private tellBridge(id: string, place: number): void {
    const { bus, addr } = slotOnPc(place);
    this.decide({
      key: 'machine.type',
      value: `${id}: PCI slot ${addr} of ${bus}`,
      reason:
        "the machine's own bus is full: it sits behind a bridge, and moves if another device goes; q35 has room for 232",
    });
  }

  /** As many as devices sit behind, in the order in which one is behind the other. */
  bridges(): PciBridgePlan[] {
    if (this.chipset !== 'pc') return [];
    const last = bridgeOf(Math.max(-1, ...this.holders.keys()));
    return Array.from({ length: last + 1 }, (_, index) => ({
      id: bridgeId(index),
      bus: index === 0 ? 'pci.0' : bridgeId(index - 1),
      slot: bridgeSlot,
      chassis: index + 1,
    }));
  }

  /** A root port at every place up to the last one in use, and behind them as many as it takes for `spare` to be free. */
  rootPorts(spare: number): RootPortPlan[] {
    if (this.chipset !== 'q35') return [];
    const most = (lastSlot - firstSlot + 1) * row.length;
    const used = Math.max(-1, ...this.holders.keys()) + 1;
    const count = Math.min(most, used + Math.max(0, spare - (used - this.holders.size)));
    return Array.from({ length: count }, (_, place) => ({
      id: portId(place),
      chassis: place + 1,
      slot: firstSlot + Math.floor(place / row.length),
      function: place % row.length,
      device: this.holders.get(place) ?? null,
    }));
  }
}

const portId = (place: number): string => `vm-rp${place}`;
const bridgeId = (index: number): string => `vm-bridge${index}`;

const slotsOfPc = lastSlot - firstSlot + 1;

/** Which bridge of a pc a place is behind; -1: it is on the machine's own bus. */
const bridgeOf = (place: number): number => Math.max(-1, Math.floor((place - slotsOfPc) / slotsOfBridge));

function slotOnPc(place: number) {
  const bridge = bridgeOf(place);
  const slot = bridge === -1 ? firstSlot + place : 1 + ((place - slotsOfPc) % slotsOfBridge);
  return { bus: bridge === -1 ? 'pci.0' : bridgeId(bridge), addr: `0x${slot.toString(16)}` };
}

/** The how-manieth place of its kind a device wants: an id that `vm` gave ends with a number, which is it; another is hashed. */
function firstChoice(id: string, kind: PciKind, chipset: 'q35' | 'pc'): number {
  const own = singles.indexOf(id);
  if (own !== -1) return own;
  const numbered = /^(?:net|disk|hostdev)(\d{1,4})$/.exec(id)?.[1];
  if (numbered !== undefined) return Number(numbered);
  const perKind = rowsOfNames[chipset] * row.filter((one) => one === kind).length;
  return createHash('sha256').update(id).digest().readUInt32BE() % perKind;
}

/** The place of the nth of a kind: row by row. */
function placeOf(nth: number, kind: PciKind): number {
  const columns = row.flatMap((one, column) => (one === kind ? [column] : []));
  return Math.floor(nth / columns.length) * row.length + (columns[nth % columns.length] ?? 0);
}

/** Places to try: those of the kind from the wanted one on, then round again, then any, up to those behind bridges. */
function placesFrom(wanted: number, kind: PciKind, size: number, total: number): number[] {
  const all = Array.from({ length: size }, (_, place) => place);
  const ofKind = all.filter((place) => row[place % row.length] === kind);
  const start = wanted % ofKind.length;
  const behind = Array.from({ length: total - size }, (_, index) => size + index);
  return [...ofKind.slice(start), ...ofKind.slice(0, start), ...all, ...behind];
}

function pciFull(slots: number): VmError {
  return new VmError(
    'spec.pci-full',
    `the spec has more than ${slots} PCI devices, which is all that this machine has room for`,
    {
      hint: 'Take devices out, or use machine.type: q35, which has room for 232.',
    },
  );
}
