/** Devices of the host that the guest gets as they are: PCI passthrough and mediated devices. Pure. Linux: Documentation/driver-api/vfio. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import type { PciDriver } from '../plan/pci-binding.js';
import { parsePciAddress, pciAddressPattern } from '../spec/pci-address.js';
import { acpiIndexKey, deviceId, hostPath, pciPlace } from '../spec/scalars.js';
import type { DeviceContext, PciSlot } from './context.js';
import { reportMediated, reportPci, takenFrom } from './host-device-checks.js';
import { deviceOption } from './options.js';

const pciAddress = z
  .string({ error: 'is no PCI address: write it as "0000:65:00.0"' })
  .regex(pciAddressPattern, 'is no PCI address: write it as "0000:65:00.0", as lspci -D shows it')
  .transform((text) => parsePciAddress(text) ?? text)
  .meta({ description: 'its address on the host, as `lspci -D` shows it', examples: ['0000:65:00.0'] });

export const uuid = z
  .string()
  .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'is no UUID')
  .transform((text) => text.toLowerCase());

const hostDevice = z.strictObject({
  id: deviceId.optional().meta({ description: 'default: hostdev0, hostdev1, …' }),
  slot: pciPlace,
  ...acpiIndexKey,
  pci: pciAddress.optional(),
  mdev: uuid.optional().meta({ description: 'the UUID of a mediated device, such as a virtual GPU' }),
  managed: z.boolean().default(true).meta({
    description:
      'the launch binds a PCI device to vfio-pci, and gives it back to its driver when the VM is gone (as root); false: it is bound already',
  }),
  rom: z
    .union([z.literal(false), hostPath])
    .optional()
    .meta({
      description: "false: the guest sees no ROM; a file: it sees this one; default: the device's own",
    }),
  multifunction: z.boolean().default(true).meta({
    description:
      'functions of one device of the host are functions of one device of the guest, behind one port',
  }),
  xVga: z
    .boolean()
    .default(false)
    .meta({ description: 'the legacy VGA ranges too, for a GPU that a BIOS starts' }),
  bootIndex: z
    .int()
    .min(0, 'must be at least 0')
    .max(10_000, 'must be at most 10000')
    .optional()
    .meta({ description: 'when the firmware tries it: lower is earlier; default: not at all' }),
  failoverPair: deviceId.optional().meta({
    description: 'the id of the network that stands in for this card: the guest sees one (failover)',
  }),
  display: z
    .enum(['auto', 'on', 'off'])
    .default('off')
    .meta({ description: "whether the screen of a virtual GPU is shown on the VM's display" }),
  ramfb: z
    .boolean()
    .default(false)
    .meta({ description: 'a framebuffer for the time before the driver of a virtual GPU' }),
});

export const hostDevicesSection = z
  .array(hostDevice)
  .max(64, 'is too long: at most 64 devices')
  .default([])
  .meta({ description: 'devices of the host for this guest alone: each with pci or mdev' });

export type HostDeviceSpec = z.output<typeof hostDevice>;

export const hostDeviceId = ({ id }: HostDeviceSpec, index: number): string => id ?? `hostdev${index}`;

export interface HostDevicePlan {
  readonly kind: 'hostDevice';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly driver: 'vfio-pci' | 'vfio-pci-nohotplug';
  /** The host's address of a PCI device, or the UUID of a mediated one: no two VMs have the same. */
  readonly source: { readonly pci: string } | { readonly mdev: string };
  /** What the launch takes it from, to give it back to; null: it is left as it is. */
  readonly binding: PciDriver | null;
  /** The host's node that it sits at; null: unknown. */
  readonly node: number | null;
  /** In QEMU's words. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  readonly pci: PciSlot & { readonly multifunction?: boolean };
}

export function planHostDevices(
  devices: readonly HostDeviceSpec[],
  context: DeviceContext,
): HostDevicePlan[] {
  const addresses = new Set(devices.flatMap(({ pci }) => (pci === undefined ? [] : [pci])));
  return devices.map((device, index): HostDevicePlan => {
    const origin = `hostDevices[${index}]`;
    const id = hostDeviceId(device, index);
    const bootIndex = device.bootIndex ?? context.bootIndex('hostDevice', id);
    const boot = {
      ...(device.acpiIndex === undefined ? {} : { 'acpi-index': device.acpiIndex }),
      ...(device.failoverPair === undefined ? {} : { failover_pair_id: device.failoverPair }),
      ...(bootIndex === undefined ? {} : { bootindex: bootIndex }),
    };
    const common = {
      kind: 'hostDevice',
      id,
      origin,
      driver: device.ramfb ? 'vfio-pci-nohotplug' : 'vfio-pci',
    } as const;
    if (device.pci === undefined) {
      const mdev = device.mdev ?? '';
      reportMediated(mdev, `${origin}.mdev`, context);
      return {
        ...common,
        what: `mediated device ${mdev}`,
        source: { mdev },
        binding: null,
        node: null,
        properties: { sysfsdev: `/sys/bus/mdev/devices/${mdev}`, ...mediatedProperties(device), ...boot },
        pci: context.pciSlot(id, 'hostDevice'),
      };
    }
    const { pci, managed } = device;
    const facts = reportPci({ address: pci, managed }, addresses, `${origin}.pci`, context);
    return {
      ...common,
      what: `${device.pci}${facts ? ` (${facts.vendor}:${facts.device})` : ''}`,
      source: { pci },
      binding: managed && facts !== undefined ? takenFrom(facts) : null,
      node: facts?.node ?? null,
      properties: { host: device.pci, ...pciProperties(device), ...boot },
      pci: slotOf(device, index, devices, context),
    };
  });
}

function pciProperties({ rom, xVga, display, ramfb }: HostDeviceSpec): HostDevicePlan['properties'] {
  return {
    ...(display === 'off' && !ramfb ? {} : { display }),
    ...(ramfb ? { ramfb } : {}),
    ...(rom === false ? { rombar: 0 } : {}),
    ...(typeof rom === 'string' ? { romfile: rom } : {}),
    ...(xVga ? { 'x-vga': true } : {}),
  };
}

function mediatedProperties({ display, ramfb }: HostDeviceSpec): HostDevicePlan['properties'] {
  return {
    display,
    ...(ramfb ? { ramfb } : {}),
  };
}

const deviceOf = (address: string): string => address.slice(0, -2);

/** Functions of one device share the slot of the first of them. A guest looks for function 0 first, so there is always one. */
function slotOf(
  device: HostDeviceSpec,
  index: number,
  devices: readonly HostDeviceSpec[],
  context: DeviceContext,
): HostDevicePlan['pci'] {
  const { pci = '' } = device;
  const group = devices
    .map((other, at) => ({ other, at }))
    .filter(
      ({ other, at }) =>
        at === index ||
        (other.multifunction && other.pci !== undefined && deviceOf(other.pci) === deviceOf(pci)),
    );
  const [first] = group;
  if (!device.multifunction || group.length < 2 || first === undefined)
    return context.pciSlot(hostDeviceId(device, index), 'hostDevice');
  const slot = context.pciSlot(hostDeviceId(first.other, first.at), 'hostDevice');
  const functions = group.map(({ other }) => Number(other.pci?.at(-1))).sort((a, b) => a - b);
  const own = Number(pci.at(-1));
  // As on the host, unless its function 0 stays there.
  const guest = functions[0] === 0 ? own : functions.indexOf(own);
  return {
    ...slot,
    addr: `${slot.addr ?? '0x0'}.0x${guest}`,
    ...(guest === 0 ? { multifunction: true } : {}),
  };
}

export function hostDeviceOptions({
  id,
  origin,
  what,
  driver,
  properties,
  pci,
}: HostDevicePlan): QemuOption[] {
  return [
    deviceOption(
      origin,
      `A device of the host, for this guest alone: ${what}.`,
      { driver, id, ...properties, ...pci },
      "The host is without it; all of the guest's memory stays resident, since the device may write to any of it.",
    ),
  ];
}
