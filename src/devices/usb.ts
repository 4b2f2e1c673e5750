/** USB devices: the host's own, redirected ones, and those that QEMU plays. Pure. QEMU's docs/system/devices/usb. */
import type { QemuOption } from '../command/option.js';
import { type ChardevPlan, chardevOptions, chardevText, ownSocket, planChardev } from './chardev-plan.js';
import type { DeviceContext } from './context.js';
import { deviceOption, flagOption } from './options.js';
import { UsbAllocator, type UsbPort } from './usb-bus.js';
import { controllerId, controllerPorts, defaultPorts, type UsbControllerSpec } from './usb-controller.js';
import { type HostUsb, type UsbSpec, usbId } from './usb-section.js';

export interface UsbPlan {
  readonly kind: 'usb';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly driver: string;
  /** In QEMU's words, besides id and place. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  readonly chardev: ChardevPlan | 'spice' | null;
  readonly usb: UsbPort;
}

export function planUsb(devices: readonly UsbSpec[], context: DeviceContext): UsbPlan[] {
  return devices.map((device, index): UsbPlan => {
    const origin = `usb[${index}]`;
    const id = usbId(device, index);
    const usb = context.usb.take(device.controller, device.port);
    const base = { kind: 'usb', id, origin, usb, chardev: null, properties: {} } as const;
    switch (device.type) {
      case 'host':
        reportUsb(device, origin, context);
        return { ...base, driver: 'usb-host', what: hostText(device), properties: hostProperties(device) };
      case 'redir': {
        const chardev = redirChardev(device, id, origin, context);
        const properties = {
          ...(device.filter === undefined ? {} : { filter: device.filter }),
          ...(device.bootIndex === undefined ? {} : { bootindex: device.bootIndex }),
        };
        const what = `sent by ${chardev === 'spice' ? 'a SPICE client' : chardevText(chardev)}`;
        return { ...base, driver: 'usb-redir', what, chardev, properties };
      }
      default:
        return { ...base, driver: plainDrivers[device.type], what: device.type };
    }
  });
}

const plainDrivers = {
  tablet: 'usb-tablet',
  keyboard: 'usb-kbd',
  mouse: 'usb-mouse',
  hub: 'usb-hub',
} as const;

const hex = (value: number): string => value.toString(16).padStart(4, '0');

function hostText({ vendor, product, bus, address, hostPort }: HostUsb): string {
  const ids = vendor === undefined ? [] : [`${hex(vendor)}:${product === undefined ? '*' : hex(product)}`];
  const at =
    bus === undefined
      ? []
      : [
          `bus ${bus}${address === undefined ? '' : ` address ${address}`}${hostPort === undefined ? '' : ` port ${hostPort}`}`,
        ];
  return `host ${[...ids, ...at].join(', ')}`;
}

function hostProperties(device: HostUsb): UsbPlan['properties'] {
  const named: Readonly<Record<string, string | number | boolean | undefined>> = {
    ...(hostNode(device) ?? {
      vendorid: device.vendor,
      productid: device.product,
      hostbus: device.bus,
      hostaddr: device.address,
      hostport: device.hostPort,
    }),
    ...resets(device),
    bootindex: device.bootIndex,
  };
  return Object.fromEntries(
    Object.entries(named).filter(
      (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
    ),
  );
}

function resets({ reset }: HostUsb): UsbPlan['properties'] {
  if (reset === 'uninitialized') return { 'guest-reset': true, 'guest-resets-all': false };
  return reset ? {} : { 'guest-reset': false };
}

/** By its node: unlike with bus and address, QEMU then fails to start without the device. */
function hostNode({ vendor, product, bus, address, hostPort, optional }: HostUsb) {
  const others = [vendor, product, hostPort].some((one) => one !== undefined);
  if (bus === undefined || address === undefined || others || optional) return undefined;
  const digits = (value: number): string => String(value).padStart(3, '0');
  return { hostdevice: `/dev/bus/usb/${digits(bus)}/${digits(address)}` };
}

function reportUsb(device: HostUsb, origin: string, { host, find }: DeviceContext): void {
  if (host.usbDevices === null) return;
  const matches = host.usbDevices.filter(
    (one) =>
      (device.vendor === undefined || one.vendor === device.vendor) &&
      (device.product === undefined || one.product === device.product) &&
      (device.bus === undefined || one.bus === device.bus) &&
      (device.address === undefined || one.address === device.address) &&
      (device.hostPort === undefined || one.port === device.hostPort),
  );
  if (matches.length === 1 || (matches.length === 0 && device.optional)) return;
  if (matches.length === 0) {
    find({
      severity: 'missing',
      code: 'host.usb',
      key: origin,
      message: `there is no USB device ${hostText(device).slice('host '.length)} on this host`,
      hint: 'Plug it in (lsusb shows what is there), or say optional: true to start without it.',
    });
    return;
  }
  find({
    severity: 'warning',
    code: 'host.usb',
    key: origin,
    message: `${matches.length} USB devices of this host are ${hostText(device).slice('host '.length)}: QEMU takes one of them`,
    hint: `Say which: ${matches.map(({ bus, port }) => `bus: ${bus}, hostPort: "${port}"`).join(' or ')}.`,
  });
}

function redirChardev(
  { from, path, server, channel, host, tcpPort }: Extract<UsbSpec, { type: 'redir' }>,
  id: string,
  origin: string,
  context: DeviceContext,
): ChardevPlan | 'spice' {
  if (from === 'spice') return 'spice';
  const defaults = { socket: ownSocket(context, id), log: null };
  if (from === 'dbus') return planChardev({ type: 'dbus', port: channel }, origin, defaults, context);
  return from === 'tcp'
    ? planChardev(
        { type: 'tcp', host, port: tcpPort ?? 4000, server: false, wait: false, telnet: false },
        origin,
        defaults,
        context,
      )
    : planChardev({ type: 'socket', path, server, wait: false }, origin, defaults, context);
}

export function usbOptions({ id, origin, what, driver, properties, chardev, usb }: UsbPlan): QemuOption[] {
  const chardevId = `${id}-chardev`;
  const why = 'What is sent arrives here.';
  const source =
    chardev === null
      ? []
      : chardev === 'spice'
        ? [flagOption('-chardev', `spicevmc,id=${chardevId},name=usbredir`, origin, why)]
        : chardevOptions(chardevId, chardev, origin, why);
  return [
    ...source,
    deviceOption(origin, `A USB device: ${what}.`, {
      driver,
      id,
      ...(chardev === null ? {} : { chardev: chardevId }),
      ...properties,
      ...usb,
    }),
  ];
}

/** The ports of a VM's USB controllers, those that its devices ask for by number set aside. */
export function usbAllocator({
  usb,
  usbControllers,
}: {
  readonly usb: readonly UsbSpec[];
  readonly usbControllers: readonly UsbControllerSpec[];
}): UsbAllocator {
  const controllers = usbControllers.map((one, index) => ({
    id: controllerId(one, index),
    ports: controllerPorts(one),
  }));
  const reserved = usb.flatMap(({ controller, port }) => (port === undefined ? [] : [{ controller, port }]));
  return new UsbAllocator(controllers, reserved, defaultPorts);
}
