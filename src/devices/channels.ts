/** Ports of the virtio-serial bus: consoles (hvc0, …) and named channels. Pure. QEMU's docs: qemu-options, -chardev. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { keyValue } from '../command/quote.js';
import { chardevSection } from './chardev.js';
import { type ChardevPlan, chardevOptions, chardevText, ownSocket, planChardev } from './chardev-plan.js';
import { type DeviceContext, type PciSlot, type VirtioTransport, virtioDriver } from './context.js';
import { deviceOption, flagOption } from './options.js';
import { transportOf, virtioKey } from './virtio.js';

export const virtioSerialId = 'virtio-serial0';

export const consolesSection = z
  .array(chardevSection({}))
  .max(8, 'is too long: at most 8 virtio consoles')
  .default([])
  .meta({
    description:
      'virtio consoles of the guest: hvc0, hvc1, …; faster than serial ports, but firmware does not know them',
  });

const channelName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'is no name: 1 to 64 letters, digits, ".", "_", "-"')
  .meta({ description: 'its name in the guest: /dev/virtio-ports/NAME' });

export const channelsSection = z
  .array(chardevSection({ name: channelName }))
  .max(20, 'is too long: at most 20 channels')
  .default([])
  .meta({ description: 'named channels of the guest: /dev/virtio-ports/NAME' });

export const virtioSerialSection = z
  .strictObject({
    maxPorts: z
      .int()
      .min(1, 'must be at least 1')
      .max(511, 'must be at most 511')
      .optional()
      .meta({ description: "how many ports it has room for; default: QEMU's (31)" }),
    vectors: z
      .int()
      .min(0, 'must be at least 0')
      .max(1024, 'must be at most 1024')
      .optional()
      .meta({ description: "interrupts (MSI-X) that it may use; 0: none; default: QEMU's" }),
    ...virtioKey,
  })
  .optional()
  .meta({
    description:
      'the bus of consoles and channels, which is there without a word as soon as something sits on it',
  });

/**
 * Numbers on the bus stay when another port comes or goes: 1 is the guest agent (guest-agent.ts), 2 the SPICE agent. Old guests take
 * only port 0 for a console.
 */
const spiceAgentPort = 2;
const channelPort = (index: number): number => 3 + index;
const consolePort = (index: number): number => (index === 0 ? 0 : 22 + index);

export interface VirtioSerialPlan {
  readonly kind: 'virtioSerial';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  /** In QEMU's words. */
  readonly properties: Readonly<Record<string, number>>;
  readonly pci: PciSlot;
  readonly virtio: VirtioTransport;
}

export interface ChannelPlan {
  readonly kind: 'console' | 'channel';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  /** Its number on the bus. */
  readonly port: number;
  /** Null: a console. */
  readonly name: string | null;
  readonly chardev: ChardevPlan | 'vdagent';
}

export function planVirtioSerial(
  spec: z.output<typeof virtioSerialSection>,
  origin: string,
  context: DeviceContext,
): VirtioSerialPlan {
  const pci = context.pciSlot(virtioSerialId);
  return {
    kind: 'virtioSerial',
    id: virtioSerialId,
    origin,
    what: 'the bus of consoles and channels',
    properties: {
      ...(spec?.maxPorts === undefined ? {} : { max_ports: spec.maxPorts }),
      ...(spec?.vectors === undefined ? {} : { vectors: spec.vectors }),
    },
    pci,
    virtio: transportOf(spec?.virtio, context.virtio, pci),
  };
}

/** @param spiceAgent the key of the display whose viewers talk to the guest's SPICE agent, if there is one. */
export function planChannels(
  consoles: z.output<typeof consolesSection>,
  channels: z.output<typeof channelsSection>,
  spiceAgent: string | null,
  context: DeviceContext,
): ChannelPlan[] {
  const plan = (spec: (typeof consoles)[number], id: string, origin: string) => {
    const chardev = planChardev(spec, origin, { socket: ownSocket(context, id), log: null }, context);
    return { id, origin, chardev, what: chardevText(chardev) };
  };
  const agent: ChannelPlan[] =
    spiceAgent === null
      ? []
      : [
          {
            kind: 'channel',
            id: 'vdagent0',
            origin: spiceAgent,
            what: "the guest's SPICE agent",
            port: spiceAgentPort,
            name: 'com.redhat.spice.0',
            chardev: 'vdagent',
          },
        ];
  return [
    ...consoles.map(
      (spec, index): ChannelPlan => ({
        kind: 'console',
        ...plan(spec, `console${index}`, `console[${index}]`),
        port: consolePort(index),
        name: null,
      }),
    ),
    ...agent,
    ...channels.map(
      (spec, index): ChannelPlan => ({
        kind: 'channel',
        ...plan(spec, `channel${index}`, `channels[${index}]`),
        port: channelPort(index),
        name: spec.name,
      }),
    ),
  ];
}

export function virtioSerialOptions({ id, origin, properties, pci, virtio }: VirtioSerialPlan): QemuOption[] {
  return [
    deviceOption(origin, 'The bus of the consoles and channels.', {
      driver: virtioDriver('serial', pci, virtio.form),
      id,
      ...properties,
      ...virtio.properties,
      ...pci,
    }),
  ];
}

export function channelOptions({ id, origin, port, name, chardev }: ChannelPlan): QemuOption[] {
  const chardevId = `${id}-chardev`;
  const backend =
    chardev === 'vdagent'
      ? [
          flagOption(
            '-chardev',
            keyValue('spicevmc', { id: chardevId, name: 'vdagent' }),
            origin,
            "What the viewer and the guest's agent tell each other.",
          ),
        ]
      : chardevOptions(chardevId, chardev, origin, 'Where the other end is on the host.');
  return [
    ...backend,
    deviceOption(
      origin,
      name === null ? 'A console of the guest (hvc).' : `The guest finds it as /dev/virtio-ports/${name}.`,
      {
        driver: name === null ? 'virtconsole' : 'virtserialport',
        id,
        bus: `${virtioSerialId}.0`,
        nr: port,
        chardev: chardevId,
        ...(name === null ? {} : { name }),
      },
    ),
  ];
}
