/** Devices that ask for a place on PCI of their own choice. Pure. */
import { hostDeviceId } from '../devices/host-devices.js';
import { sharedMemoryId } from '../devices/shared-memory.js';
import { controllerId } from '../devices/usb-controller.js';
import type { VmSpec } from './schema.js';

export interface SlotWish {
  readonly id: string;
  readonly key: string;
  readonly slot: number;
}

/** In the order of the spec. */
export function slotWishes(spec: VmSpec): SlotWish[] {
  const wishes = <T extends object>(
    items: readonly T[],
    key: string,
    idOf: (item: T, index: number) => string,
  ): SlotWish[] =>
    items.flatMap((item, index) =>
      'slot' in item && typeof item.slot === 'number'
        ? [{ id: idOf(item, index), key: `${key}[${index}]`, slot: item.slot }]
        : [],
    );
  const named = (prefix: string) => (item: { id?: string | undefined }, index: number) =>
    item.id ?? `${prefix}${index}`;
  return [
    ...wishes(spec.controllers, 'controllers', named('')),
    ...wishes(spec.disks, 'disks', named('disk')),
    ...wishes(spec.networks, 'networks', named('net')),
    ...wishes(spec.usbControllers, 'usbControllers', controllerId),
    ...wishes(spec.hostDevices, 'hostDevices', hostDeviceId),
    ...wishes(spec.sharedMemory, 'sharedMemory', sharedMemoryId),
    ...wishes(spec.memory.modules, 'memory.modules', named('dimm')),
  ];
}
