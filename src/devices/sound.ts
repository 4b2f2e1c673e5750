/** Sound cards of the guest. Pure. QEMU's docs/system/devices/virtio-snd; qemu-options, -audio. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { deviceId } from '../spec/scalars.js';
import type { AudioPlan } from './audio.js';
import type { DeviceContext, PciSlot, VirtioProperties } from './context.js';
import { deviceOption } from './options.js';
import type { UsbPort } from './usb-bus.js';
import { virtioKey, virtioOf } from './virtio.js';

const cards = ['ich9', 'ich6', 'ac97', 'es1370', 'sb16', 'usb', 'virtio'] as const;
const card = z.strictObject({
  model: z
    .enum(cards)
    .default('ich9')
    .meta({ description: 'ich9 and ich6 (HD Audio), ac97, es1370, sb16, usb, virtio (QEMU 8.2 on)' }),
  codecs: z
    .array(z.enum(['duplex', 'output', 'micro']))
    .min(1)
    .max(4)
    .default(['duplex'])
    .meta({
      description:
        'what an HD Audio card drives: duplex (line in and out), output, micro (microphone and speaker)',
    }),
  audio: deviceId.optional().meta({ description: 'the id of its audio backend; default: the first' }),
  streams: z.int().min(1).max(64).optional().meta({ description: 'of virtio' }),
  ...virtioKey,
  multichannel: z.boolean().default(false).meta({ description: 'more than two channels: usb' }),
});

export const soundSection = z
  .union([z.boolean(), z.enum(cards), z.array(card).max(8, 'is too long: at most 8 sound cards')])
  .default(false)
  .transform((sound) => {
    if (typeof sound === 'boolean') return sound ? [card.parse({})] : [];
    return typeof sound === 'string' ? [card.parse({ model: sound })] : sound;
  })
  .meta({ description: 'the sound card: true (ich9), its model, or a list' });

type CardSpec = z.output<typeof card>;

export interface SoundPlan {
  readonly kind: 'sound';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly model: CardSpec['model'];
  readonly codecs: readonly string[];
  readonly audiodev: string;
  readonly properties: Readonly<Record<string, number | boolean>>;
  readonly pci: PciSlot | null;
  readonly usb: UsbPort | null;
  readonly virtio: VirtioProperties;
}

export function planSound(
  sound: readonly CardSpec[],
  audio: readonly AudioPlan[],
  context: DeviceContext,
): SoundPlan[] {
  return sound.map(({ model, codecs, audio: named, streams, multichannel, virtio }, index) => {
    const id = `sound${index}`;
    return {
      kind: 'sound',
      id,
      origin: sound.length === 1 ? 'sound' : `sound[${index}]`,
      what: model,
      model,
      codecs: model === 'ich9' || model === 'ich6' ? codecs : [],
      audiodev: named ?? audio[0]?.id ?? 'audio0',
      properties: {
        ...(model === 'virtio' && streams !== undefined ? { streams } : {}),
        ...(model === 'usb' && multichannel ? { multi: true } : {}),
      },
      pci: model === 'usb' || model === 'sb16' ? null : context.pciSlot(id),
      usb: model === 'usb' ? context.usb.take(undefined, undefined) : null,
      virtio: model === 'virtio' ? virtioOf(virtio, context.virtio) : {},
    };
  });
}

const drivers = {
  ich9: 'ich9-intel-hda',
  ich6: 'intel-hda',
  ac97: 'AC97',
  es1370: 'ES1370',
  sb16: 'sb16',
  usb: 'usb-audio',
  virtio: 'virtio-sound-pci',
} as const;

export function soundOptions(plan: SoundPlan): QemuOption[] {
  const { id, origin, model, codecs, audiodev, properties, pci, usb, virtio } = plan;
  return [
    deviceOption(origin, `The guest's sound card: ${model}.`, {
      driver: drivers[model],
      id,
      ...(codecs.length > 0 ? {} : { audiodev }),
      ...properties,
      ...virtio,
      ...(pci ?? {}),
      ...(usb ?? {}),
    }),
    ...codecs.map((codec, cad) =>
      deviceOption(origin, 'What the card drives: its lines in and out.', {
        driver: `hda-${codec}`,
        id: `${id}-codec${cad}`,
        bus: `${id}.0`,
        cad,
        audiodev,
      }),
    ),
  ];
}
