/** Keyboards, mice and tablets on virtio, and the host's own (evdev). Pure. Linux: Documentation/input; QEMU's docs: qemu-options, -object input-linux. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { hostPath } from '../spec/scalars.js';
import { type DeviceContext, type PciSlot, type VirtioProperties, virtioDriver } from './context.js';
import { deviceOption, objectOption } from './options.js';
import { virtioKey, virtioOf } from './virtio.js';

const inputDevice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('keyboard').meta({ description: 'a virtio keyboard' }), ...virtioKey }),
  z.strictObject({ type: z.literal('mouse').meta({ description: 'a virtio mouse' }), ...virtioKey }),
  z.strictObject({
    type: z
      .literal('tablet')
      .meta({ description: 'a virtio tablet: the pointer is where that of the viewer is' }),
    ...virtioKey,
  }),
  z.strictObject({
    type: z.literal('multitouch').meta({ description: 'a virtio touch screen (QEMU 8.0 on)' }),
    ...virtioKey,
  }),
  z.strictObject({
    type: z.literal('evdev').meta({
      description: 'a keyboard or mouse of the host, shared: a key pair switches between host and guest',
    }),
    device: hostPath.meta({ description: 'such as /dev/input/by-id/…-event-kbd' }),
    grabAll: z
      .boolean()
      .default(false)
      .meta({ description: 'with this one, all the others are switched too: for keyboards' }),
    repeat: z.boolean().default(false).meta({ description: 'a key that is held repeats: for keyboards' }),
    grabToggle: z
      .enum(['ctrl-ctrl', 'alt-alt', 'shift-shift', 'meta-meta', 'scrolllock', 'ctrl-scrolllock'])
      .default('ctrl-ctrl')
      .meta({ description: 'the keys that switch' }),
  }),
  z.strictObject({
    type: z.literal('passthrough').meta({ description: 'an input device of the host, for the guest alone' }),
    device: hostPath.meta({ description: 'such as /dev/input/event3' }),
    ...virtioKey,
  }),
]);

export const inputSection = z
  .array(inputDevice)
  .max(16, 'is too long: at most 16 input devices')
  .default([])
  .meta({
    description:
      'virtio keyboards, mice and tablets, and those of the host; a PC has a PS/2 keyboard and mouse anyway',
  });

type InputSpec = z.output<typeof inputDevice>;

export interface InputPlan {
  readonly kind: 'input';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly type: InputSpec['type'];
  /** In QEMU's words. */
  readonly properties: Readonly<Record<string, string | boolean>>;
  readonly pci: PciSlot | null;
  readonly virtio: VirtioProperties;
}

export function planInput(devices: readonly InputSpec[], context: DeviceContext): InputPlan[] {
  return devices.map((device, index) => {
    const origin = `input[${index}]`;
    const id = `input${index}`;
    if ('device' in device) reportEvdev(device.device, `${origin}.device`, context);
    return {
      kind: 'input',
      id,
      origin,
      what: 'device' in device ? device.device : `virtio ${device.type}`,
      type: device.type,
      properties: inputProperties(device),
      pci: device.type === 'evdev' ? null : context.pciSlot(id),
      virtio: device.type === 'evdev' ? {} : virtioOf(device.virtio, context.virtio),
    };
  });
}

function inputProperties(device: InputSpec): InputPlan['properties'] {
  if (device.type === 'passthrough') return { evdev: device.device };
  if (device.type !== 'evdev') return {};
  return {
    evdev: device.device,
    ...(device.grabAll ? { grab_all: true } : {}),
    ...(device.repeat ? { repeat: true } : {}),
    ...(device.grabToggle === 'ctrl-ctrl' ? {} : { 'grab-toggle': device.grabToggle }),
  };
}

function reportEvdev(path: string, key: string, { files, find }: DeviceContext): void {
  const facts = files.get(path);
  if (facts === undefined || (facts.kind === 'other' && facts.readable && facts.writable)) return;
  find({
    severity: 'missing',
    code: 'host.input',
    key,
    message:
      facts.kind === 'other'
        ? `the input device ${path} can't be opened by this user`
        : `there is no input device ${path} on this host`,
    hint:
      facts.kind === 'other'
        ? 'Join the group input, or run vm as root.'
        : 'See what is there: ls -l /dev/input/by-id.',
  });
}

export function inputOptions({ id, origin, what, type, properties, pci, virtio }: InputPlan): QemuOption[] {
  if (type === 'evdev') {
    return [
      objectOption(origin, `An input device of the host: ${what}.`, {
        'qom-type': 'input-linux',
        id,
        ...properties,
      }),
    ];
  }
  const kind = type === 'passthrough' ? 'input-host' : type;
  return [
    deviceOption(origin, `An input device of the guest: ${what}.`, {
      driver: virtioDriver(kind, pci ?? {}),
      id,
      ...properties,
      ...virtio,
      ...(pci ?? {}),
    }),
  ];
}
