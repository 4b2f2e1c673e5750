/** USB controllers. Pure. QEMU's docs/system/devices/usb. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { deviceId, pciPlace } from '../spec/scalars.js';
import type { DeviceContext, PciSlot } from './context.js';
import { deviceOption } from './options.js';
import { defaultController } from './usb-bus.js';

const models = ['xhci', 'nec-xhci', 'ehci', 'ich9', 'uhci', 'ohci'] as const;
type Model = (typeof models)[number];

export const usbControllersSection = z
  .array(
    z.strictObject({
      id: deviceId.optional().meta({ description: 'default: usb0, usb1, …' }),
      slot: pciPlace,
      model: z.enum(models).default('xhci').meta({
        description:
          'xhci (USB 3, for every guest of this century), nec-xhci (Windows 7 has a driver), ich9 (USB 2 with USB 1 companions), ehci, uhci, ohci',
      }),
      ports: z
        .int()
        .min(1, 'must be at least 1')
        .max(15, 'must be at most 15')
        .default(15)
        .meta({ description: 'how many ports an xhci or nec-xhci has; the others have what they have' }),
    }),
  )
  .max(8, 'is too long: at most 8 controllers')
  .default([])
  .meta({ description: 'USB controllers; none: an xhci, if a device needs it' });

export type UsbControllerSpec = z.output<typeof usbControllersSection>[number];

/** Ports of the models whose number is fixed. */
const fixedPorts: Partial<Record<Model, number>> = { ehci: 6, ich9: 6, uhci: 2, ohci: 3 };
export const defaultPorts = 15;

export const controllerId = ({ id }: { id?: string | undefined }, index: number): string =>
  id ?? `usb${index}`;

export const controllerPorts = ({ model, ports }: UsbControllerSpec): number => fixedPorts[model] ?? ports;

export interface UsbControllerPlan {
  readonly kind: 'usbController';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly model: Model;
  readonly ports: number;
  readonly pci: PciSlot;
}

/** To be called after all USB devices are planned: it adds the default controller if one of them needs it. */
export function planUsbControllers(
  controllers: readonly UsbControllerSpec[],
  context: DeviceContext,
): UsbControllerPlan[] {
  const plan = (id: string, origin: string, model: Model, ports: number): UsbControllerPlan => ({
    kind: 'usbController',
    id,
    origin,
    what: `${model}, ${ports} ports`,
    model,
    ports,
    pci: context.pciSlot(id),
  });
  if (context.usb.needsDefault) return [plan(defaultController, 'usb', 'xhci', defaultPorts)];
  return controllers.map((controller, index) =>
    plan(
      controllerId(controller, index),
      `usbControllers[${index}]`,
      controller.model,
      controllerPorts(controller),
    ),
  );
}

const drivers = {
  xhci: 'qemu-xhci',
  'nec-xhci': 'nec-usb-xhci',
  ehci: 'usb-ehci',
  uhci: 'piix3-usb-uhci',
  ohci: 'pci-ohci',
} as const;

export function usbControllerOptions(plan: UsbControllerPlan): QemuOption[] {
  const { id, origin, model, ports, pci } = plan;
  if (model === 'ich9') return ich9Options(plan);
  const why = 'The USB controller of the devices behind it.';
  return [
    deviceOption(origin, why, {
      driver: drivers[model],
      id,
      ...(fixedPorts[model] === undefined ? { p2: ports, p3: ports } : {}),
      ...pci,
    }),
  ];
}

/** The EHCI of the ICH9 and its three companions, which serve the slow devices: functions of one slot, as on the chip. */
function ich9Options({ id, origin, pci }: UsbControllerPlan): QemuOption[] {
  const at = (fn: number): PciSlot => ({ ...pci, addr: `${pci.addr ?? '0x0'}.0x${fn}` });
  return [
    deviceOption(origin, 'The USB 2 controller of the ICH9.', { driver: 'ich9-usb-ehci1', id, ...at(7) }),
    ...[0, 1, 2].map((index) =>
      deviceOption(origin, 'Its companion for slow devices.', {
        driver: `ich9-usb-uhci${index + 1}`,
        id: `${id}-uhci${index}`,
        masterbus: `${id}.0`,
        firstport: index * 2,
        ...at(index),
        ...(index === 0 ? { multifunction: true } : {}),
      }),
    ),
  ];
}
