/** Checks of the places on PCI that devices ask for. Pure. */
import type { KeyIssue } from './error.js';
import { chipsetOf } from './machine-type.js';
import type { VmSpec } from './schema.js';
import { slotWishes } from './slots.js';

/** pc: slots 0 and 1 are the chipset's own, 31 QEMU gives to nobody. q35 has eight ports in each of its slots 2 to 30. */
const places = { q35: { first: 0, last: 231 }, pc: { first: 2, last: 30 } } as const;

export function checkSlots(spec: VmSpec): KeyIssue[] {
  const chipset = chipsetOf(spec.machine.type);
  const holders = new Map<number, string>();
  return slotWishes(spec).flatMap(({ key: device, slot }): KeyIssue[] => {
    const key = `${device}.slot`;
    if (chipset === 'microvm') return [{ key, message: 'microvm has no PCI', hint: 'remove it' }];
    const { first, last } = places[chipset];
    if (slot < first || slot > last) {
      const message = `${slot} is no place on ${spec.machine.type}`;
      return [{ key, message, hint: `write ${first} to ${last}` }];
    }
    const holder = holders.get(slot);
    if (holder !== undefined) return [{ key, message: `${holder} has ${slot} too`, hint: 'choose another' }];
    holders.set(slot, device);
    return sitsElsewhere(spec, device, key);
  });
}

/** A namespace sits on its controller, which has the place. */
function sitsElsewhere({ disks }: VmSpec, device: string, key: string): KeyIssue[] {
  const disk = disks.find((_, index) => device === `disks[${index}]`);
  if (disk?.controller === undefined) return [];
  return [{ key, message: `the place is that of ${disk.controller}`, hint: 'give the controller a slot' }];
}
