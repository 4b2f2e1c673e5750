/** USB devices in the spec. Pure. QEMU's docs/system/devices/usb. */
import * as z from 'zod';
import { deviceId, hostPath } from '../spec/scalars.js';
import { hostAddress, portNumber } from './chardev.js';

const hexId = (what: string) =>
  z
    .string({ error: `is no ${what} id: write its four digits in quotes, such as "046d"` })
    .regex(/^(0x)?[0-9a-fA-F]{1,4}$/, `is no ${what} id: write its four digits in quotes, such as "046d"`)
    .transform((text) => Number.parseInt(text, 16))
    .meta({ description: `the ${what} id in hexadecimal, as lsusb shows it` });

const bootIndex = z
  .int()
  .min(0, 'must be at least 0')
  .max(10_000, 'must be at most 10000')
  .optional()
  .meta({ description: 'when the firmware tries it: lower is earlier; default: not at all' });

const place = {
  id: deviceId.optional().meta({ description: 'default: usb-0, usb-1, …' }),
  controller: deviceId.optional().meta({ description: 'the id of its controller; default: the first one' }),
  port: z
    .string({ error: 'is no USB port: write it in quotes, such as "2" or "1.4" behind a hub' })
    .regex(/^[1-9]\d?(\.[1-9]\d?){0,4}$/, 'is no USB port: write "2", or "1.4" behind a hub')
    .optional()
    .meta({ description: 'its port on the controller; default: the first that is free' }),
};

const usbDevice = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('host').meta({
      description: 'a device of this host: by vendor and product, or by bus and its address or port',
    }),
    vendor: hexId('vendor').optional(),
    product: hexId('product').optional(),
    bus: z.int().min(1).max(999).optional().meta({ description: 'its bus on the host' }),
    address: z
      .int()
      .min(1)
      .max(127)
      .optional()
      .meta({ description: 'its address on that bus, which is another after each plugging' }),
    hostPort: z
      .string({ error: 'is no port: write it in quotes, such as "1.2"' })
      .regex(/^[1-9]\d?(\.[1-9]\d?){0,6}$/, 'is no port: write "2", or "1.4" behind a hub')
      .optional()
      .meta({ description: 'its port on that bus, which stays' }),
    optional: z
      .boolean()
      .default(false)
      .meta({ description: 'true: the VM starts without it, and takes it once it is plugged in' }),
    reset: z
      .union([z.boolean(), z.literal('uninitialized')])
      .default(true)
      .meta({
        description:
          'whether the guest may reset it; false for devices that take that badly; uninitialized: only until its driver has set it up',
      }),
    bootIndex,
    ...place,
  }),
  z.strictObject({
    type: z
      .literal('redir')
      .meta({ description: 'a device that a SPICE client, or a program at a socket, sends' }),
    from: z.enum(['spice', 'socket', 'tcp', 'dbus']).default('spice').meta({
      description: 'who sends it: a SPICE client, a program at a socket or a TCP port, a viewer on D-Bus',
    }),
    path: hostPath
      .optional()
      .meta({ description: "the socket, for socket; default: one in the VM's runtime folder" }),
    server: z
      .boolean()
      .default(true)
      .meta({ description: 'whether we listen on the socket; false: we connect to it' }),
    channel: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'is no name: 1 to 64 letters, digits, ".", "_", "-"')
      .default('org.qemu.usbredir')
      .meta({ description: 'what the viewer knows it by, for dbus' }),
    host: hostAddress
      .default('127.0.0.1')
      .meta({ description: 'the address of the usbredir server, for tcp' }),
    tcpPort: portNumber.optional().meta({ description: 'the port of the usbredir server, for tcp' }),
    filter: z
      .string()
      .regex(
        /^[-0-9a-fA-Fx:|]{1,1024}$/,
        'is no filter: write rules as class:vendor:product:version:allow, joined by "|"',
      )
      .optional()
      .meta({ description: 'which devices may be sent: class:vendor:product:version:allow|…, -1 for any' }),
    bootIndex,
    ...place,
  }),
  z.strictObject({
    type: z.literal('tablet').meta({ description: 'a pointer that is where the mouse of the viewer is' }),
    ...place,
  }),
  z.strictObject({ type: z.literal('keyboard').meta({ description: 'a USB keyboard' }), ...place }),
  z.strictObject({ type: z.literal('mouse').meta({ description: 'a USB mouse' }), ...place }),
  z.strictObject({ type: z.literal('hub').meta({ description: 'a hub with eight ports' }), ...place }),
]);

export const usbSection = z
  .array(usbDevice)
  .max(64, 'is too long: at most 64 USB devices')
  .default([])
  .meta({ description: 'USB devices' });

export type UsbSpec = z.output<typeof usbDevice>;
export type HostUsb = Extract<UsbSpec, { type: 'host' }>;

export const usbId = ({ id }: UsbSpec, index: number): string => id ?? `usb-${index}`;
