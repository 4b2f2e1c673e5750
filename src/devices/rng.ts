/** virtio-rng: entropy for the guest from the host's kernel. Pure. QEMU's docs: qemu-options, -object rng-*. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { bytes, duration, hostPath } from '../spec/scalars.js';
import { type ChardevPlan, chardevOptions, planChardev } from './chardev-plan.js';
import { type DeviceContext, type PciSlot, type VirtioProperties, virtioDriver } from './context.js';
import { deviceOption, objectOption } from './options.js';
import { virtioKey, virtioOf } from './virtio.js';

const settings = z.strictObject({
  backend: z.enum(['random', 'builtin', 'egd']).default('random').meta({
    description: "random (a device of the host), builtin (QEMU's own generator), egd (a daemon at a socket)",
  }),
  source: hostPath
    .optional()
    .meta({ description: 'of random: the device, default /dev/urandom; of egd: the socket' }),
  ...virtioKey,
  limit: z
    .strictObject({
      bytes: bytes.meta({ description: 'that the guest gets' }),
      period: duration.prefault('1s').meta({ description: 'in this time' }),
    })
    .optional()
    .meta({ description: 'how much the guest may take; default: no limit' }),
});

export const rngSection = z
  .union([z.boolean(), settings])
  .default(true)
  .transform((rng) => (typeof rng === 'boolean' ? (rng ? settings.parse({}) : null) : rng))
  .meta({ description: 'entropy from the host (virtio-rng)' });

export interface RngPlan {
  readonly kind: 'rng';
  readonly id: string;
  readonly what: string;
  readonly backend: 'random' | 'builtin' | 'egd';
  /** Of random: the device. */
  readonly source: string | null;
  /** Of egd. */
  readonly chardev: ChardevPlan | null;
  readonly limit: { readonly 'max-bytes': number; readonly period: number } | null;
  readonly pci: PciSlot;
  readonly virtio: VirtioProperties;
}

export function planRng(rng: z.output<typeof rngSection>, context: DeviceContext): RngPlan[] {
  if (rng === null) return [];
  const { backend, source, limit } = rng;
  const file = backend === 'random' ? (source ?? '/dev/urandom') : null;
  const chardev =
    backend === 'egd'
      ? planChardev(
          { type: 'socket', path: source, server: false, wait: false },
          'rng.source',
          { socket: source ?? '', log: null },
          context,
        )
      : null;
  return [
    {
      kind: 'rng',
      id: 'rng0',
      what: file ?? (backend === 'egd' ? (source ?? 'egd') : "QEMU's own generator"),
      backend,
      source: file,
      chardev,
      limit:
        limit === undefined ? null : { 'max-bytes': limit.bytes, period: Math.round(limit.period * 1000) },
      pci: context.pciSlot('rng0'),
      virtio: virtioOf(rng.virtio, context.virtio),
    },
  ];
}

const reasons = {
  random: "The host kernel's entropy, which never blocks.",
  builtin: "QEMU's own generator, which the host's kernel seeds.",
  egd: 'The daemon that gives entropy.',
} as const;

export function rngOptions({ id, backend, source, chardev, limit, pci, virtio }: RngPlan): QemuOption[] {
  const object = `${id}-source`;
  const chardevId = `${id}-chardev`;
  const origin = 'rng';
  return [
    ...(chardev === null ? [] : chardevOptions(chardevId, chardev, origin, 'Where the daemon listens.')),
    objectOption(origin, reasons[backend], {
      'qom-type': `rng-${backend}`,
      id: object,
      ...(source === null ? {} : { filename: source }),
      ...(chardev === null ? {} : { chardev: chardevId }),
    }),
    deviceOption(
      origin,
      'Gives the guest entropy from its first moment, so that it does not wait for keys.',
      {
        driver: virtioDriver('rng', pci),
        id,
        rng: object,
        ...(limit ?? {}),
        ...virtio,
        ...pci,
      },
    ),
  ];
}
