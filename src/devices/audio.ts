/** Where the guest's sound goes on the host. Pure. QEMU's docs: qemu-options, -audiodev. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { json } from '../command/quote.js';
import { deviceId, hostPath, text } from '../spec/scalars.js';
import type { DeviceContext } from './context.js';

const backends = [
  'auto',
  'none',
  'pa',
  'pipewire',
  'alsa',
  'jack',
  'oss',
  'sdl',
  'spice',
  'dbus',
  'wav',
] as const;

export const audioSection = z
  .array(
    z.strictObject({
      id: deviceId.optional().meta({ description: 'default: audio0, audio1, …' }),
      type: z.enum(backends).default('auto').meta({
        description: 'the sound system of the host; auto: spice or dbus if the display is one, else none',
      }),
      server: text.optional().meta({ description: 'the server of pa or jack' }),
      output: text
        .optional()
        .meta({ description: 'the device (alsa, oss) or node (pa, pipewire) that plays' }),
      input: text.optional().meta({ description: 'the device or node that records' }),
      path: hostPath.optional().meta({ description: 'the file of wav' }),
      frequency: z.int().min(8000).max(192_000).optional().meta({ description: 'Hz; default: 44100' }),
      channels: z.int().min(1).max(8).optional().meta({ description: 'default: 2' }),
      latency: z.int().min(1).max(10_000).optional().meta({ description: 'of the buffer, in milliseconds' }),
    }),
  )
  .max(4, 'is too long: at most 4 audio backends')
  .default([])
  .meta({ description: 'where sound goes on the host; none: one of type auto, if there is a sound card' });

type AudioSpec = z.output<typeof audioSection>[number];

export interface AudioPlan {
  readonly kind: 'audio';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  /** In QEMU's words, besides the id. */
  readonly properties: AudioProperties;
}
type Side = Readonly<Record<string, string | number | boolean>>;
type AudioProperties = Readonly<Record<string, string | number | Side>>;

/** @param cards the number of sound cards: if there is one and no backend, there is a backend of type auto. */
export function planAudio(
  audio: readonly AudioSpec[],
  cards: number,
  displays: readonly string[],
  context: DeviceContext,
): AudioPlan[] {
  const wanted: readonly AudioSpec[] = audio.length > 0 ? audio : cards > 0 ? [{ type: 'auto' }] : [];
  return wanted.map((backend, index) => {
    const origin = audio.length > 0 ? `audio[${index}]` : 'sound';
    const driver = backend.type === 'auto' ? autoBackend(displays, origin, context) : backend.type;
    if (driver === 'pipewire' && !context.qemu.has('pipewireAudio')) {
      context.find({
        severity: 'missing',
        code: 'qemu.unknown-device',
        key: origin,
        message: 'this QEMU plays nothing over pipewire: that came with QEMU 8.1',
        hint: 'Write type: pa, which pipewire serves too, or name a newer QEMU in qemu.binary.',
      });
    }
    return {
      kind: 'audio',
      id: backend.id ?? `audio${index}`,
      origin,
      what: driver,
      properties: audioProperties(driver, backend),
    };
  });
}

function autoBackend(displays: readonly string[], key: string, { decide }: DeviceContext): string {
  const value = ['spice', 'dbus'].find((type) => displays.includes(type)) ?? 'none';
  decide({
    key,
    value,
    reason:
      value === 'none'
        ? 'no display carries sound: say audio: [{type: pa}], say, to hear it'
        : 'the display carries sound',
  });
  return value;
}

function audioProperties(driver: string, backend: AudioSpec): AudioProperties {
  const side = (device: string | undefined): Side => ({
    ...(device === undefined
      ? {}
      : driver === 'pa' || driver === 'pipewire'
        ? { name: device }
        : { dev: device }),
    ...(driver === 'jack' && backend.server !== undefined ? { 'server-name': backend.server } : {}),
    ...(backend.frequency === undefined && backend.channels === undefined ? {} : { 'fixed-settings': true }),
    ...(backend.frequency === undefined ? {} : { frequency: backend.frequency }),
    ...(backend.channels === undefined ? {} : { channels: backend.channels }),
    ...(backend.latency === undefined ? {} : { 'buffer-length': backend.latency * 1000 }),
  });
  const [input, output] = [side(backend.input), side(backend.output)];
  return {
    driver,
    ...(driver === 'pa' && backend.server !== undefined ? { server: backend.server } : {}),
    ...(driver === 'wav' && backend.path !== undefined ? { path: backend.path } : {}),
    ...(Object.keys(input).length > 0 ? { in: input } : {}),
    ...(Object.keys(output).length > 0 ? { out: output } : {}),
  };
}

export function audioOptions({ id, origin, what, properties }: AudioPlan): QemuOption[] {
  const why =
    what === 'none'
      ? 'A sound card wants a backend: this one plays nothing.'
      : `The guest's sound goes to ${what}.`;
  return [{ group: 'devices', flag: '-audiodev', value: json({ id, ...properties }), origin, why }];
}
