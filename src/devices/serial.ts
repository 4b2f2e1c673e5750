/** Serial ports: the console of `vm console` and `vm logs`. Pure. QEMU's docs: qemu-options, -chardev. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { serialLog, serialSocket } from '../plan/paths.js';
import { chardevSection } from './chardev.js';
import { type ChardevPlan, chardevOptions, chardevText, ownSocket, planChardev } from './chardev-plan.js';
import type { DeviceContext, PciSlot } from './context.js';
import { deviceOption } from './options.js';
import type { UsbPort } from './usb-bus.js';

const serialPort = chardevSection({
  model: z.enum(['isa', 'pci', 'usb', 'debug']).default('isa').meta({
    description: 'isa (ttyS0, …), pci, usb (ttyUSB0, …), debug (port 0x402: what the firmware logs)',
  }),
  ioPort: z
    .int()
    .min(1, 'must be at least 1')
    .max(0xffff, 'must be at most 0xffff')
    .optional()
    .meta({ description: "where an isa or debug port is (0x3f8); default: the PC's own, by its number" }),
  irq: z
    .int()
    .min(1, 'must be at least 1')
    .max(15, 'must be at most 15')
    .optional()
    .meta({ description: "its interrupt, of isa; default: the PC's own" }),
});

/** A PC has four serial ports. */
export const serialSection = z
  .array(serialPort)
  .max(4, 'is too long: a PC has four serial ports')
  .prefault([{ type: 'socket' }]);

export interface SerialPlan {
  readonly kind: 'serial';
  readonly id: string;
  readonly index: number;
  readonly origin: string;
  readonly what: string;
  readonly model: 'isa' | 'pci' | 'usb' | 'debug';
  readonly backend: ChardevPlan;
  /** Where it is on the ISA bus, in QEMU's words. */
  readonly place: Readonly<Record<string, number>>;
  readonly pci: PciSlot | null;
  readonly usb: UsbPort | null;
}

export function planSerial(ports: z.output<typeof serialSection>, context: DeviceContext): SerialPlan[] {
  return ports.map((port, index) => {
    const origin = `serial[${index}]`;
    const id = `serial${index}`;
    const defaults = { socket: serialSocket(context.paths, index), log: serialLog(context.paths, index) };
    const backend = planChardev(port, origin, defaults, context);
    return {
      kind: 'serial',
      id,
      index,
      origin,
      what: chardevText(backend),
      model: port.model,
      backend,
      place: placeOf(port, index),
      pci: port.model === 'pci' ? context.pciSlot(id) : null,
      usb: port.model === 'usb' ? context.usb.take(undefined, undefined) : null,
    };
  });
}

function placeOf({ model, ioPort, irq }: z.output<typeof serialPort>, index: number): SerialPlan['place'] {
  if (model === 'debug') return { iobase: ioPort ?? 0x402 };
  if (model !== 'isa') return {};
  return {
    index,
    ...(ioPort === undefined ? {} : { iobase: ioPort }),
    ...(irq === undefined ? {} : { irq }),
  };
}

export function serialOptions({
  id,
  index,
  model,
  backend,
  place,
  origin,
  pci,
  usb,
}: SerialPlan): QemuOption[] {
  const chardev = `${id}-chardev`;
  const why =
    backend.type === 'file'
      ? 'What the guest prints goes into this file.'
      : 'Where `vm console` attaches; what the guest prints is kept for `vm logs`.';
  return [
    ...chardevOptions(chardev, backend, origin, why),
    deviceOption(
      origin,
      model === 'isa'
        ? `The guest's serial port ${index} (ttyS${index}).`
        : `A serial port of the guest (${model}).`,
      {
        driver: drivers[model],
        id,
        chardev,
        ...place,
        ...(pci ?? {}),
        ...(usb ?? {}),
      },
    ),
  ];
}

const drivers = { isa: 'isa-serial', pci: 'pci-serial', usb: 'usb-serial', debug: 'isa-debugcon' } as const;

export const parallelSection = z
  .array(chardevSection({}))
  .max(3, 'is too long: a PC has three parallel ports')
  .default([])
  .meta({ description: 'parallel ports' });

export interface ParallelPlan {
  readonly kind: 'parallel';
  readonly id: string;
  readonly index: number;
  readonly origin: string;
  readonly what: string;
  readonly backend: ChardevPlan;
}

export function planParallel(
  ports: z.output<typeof parallelSection>,
  context: DeviceContext,
): ParallelPlan[] {
  return ports.map((port, index) => {
    const origin = `parallel[${index}]`;
    const id = `parallel${index}`;
    const backend = planChardev(port, origin, { socket: ownSocket(context, id), log: null }, context);
    return { kind: 'parallel', id, index, origin, what: chardevText(backend), backend };
  });
}

export function parallelOptions({ id, index, backend, origin }: ParallelPlan): QemuOption[] {
  const chardev = `${id}-chardev`;
  return [
    ...chardevOptions(chardev, backend, origin, 'Where what the guest prints goes.'),
    deviceOption(origin, `The guest's parallel port ${index} (lp${index}).`, {
      driver: 'isa-parallel',
      id,
      chardev,
      index,
    }),
  ];
}
