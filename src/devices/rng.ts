/** virtio-rng: entropy for the guest from the host's kernel. Pure. QEMU's docs: qemu-options, -object rng-*. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { bytes, duration, hostPath } from '../spec/scalars.js';
import { chardevSection } from './chardev.js';
import { type ChardevPlan, chardevOptions, chardevText, planChardev } from './chardev-plan.js';
import { type DeviceContext, type PciSlot, type VirtioTransport, virtioDriver } from './context.js';
import { deviceOption, objectOption } from './options.js';
import { transportOf, virtioKey } from './virtio.js';

const settings = z.strictObject({
  backend: z.enum(['random', 'builtin', 'egd']).default('random').meta({
    description: "random (a device of the host), builtin (QEMU's own generator), egd (a daemon at a socket)",
  }),
  source: hostPath
    .optional()
    .meta({ description: 'of random: the device, default /dev/urandom; of egd: the socket' }),
  daemon: chardevSection({})
    .optional()
    .meta({ description: 'of egd, in place of source: how its daemon is reached, as with serial ports' }),
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
  .union([z.boolean(), settings, z.array(settings).max(8, 'is too long: at most 8 sources of entropy')])
  .default(true)
  .transform((rng) => {
    if (typeof rng === 'boolean') return rng ? [settings.parse({})] : [];
    return Array.isArray(rng) ? rng : [rng];
  })
  .meta({ description: 'entropy from the host (virtio-rng): yes, one with its keys, or a list' });

type RngSpec = z.output<typeof settings>;

export interface RngPlan {
  readonly kind: 'rng';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly backend: 'random' | 'builtin' | 'egd';
  /** Of random: the device. */
  readonly source: string | null;
  /** Of egd. */
  readonly chardev: ChardevPlan | null;
  readonly limit: { readonly 'max-bytes': number; readonly period: number } | null;
  readonly pci: PciSlot;
  readonly virtio: VirtioTransport;
}

export function planRng(rngs: z.output<typeof rngSection>, context: DeviceContext): RngPlan[] {
  return rngs.map((rng, index): RngPlan => {
    const { backend, limit } = rng;
    const id = `rng${index}`;
    const origin = rngs.length === 1 ? 'rng' : `rng[${index}]`;
    const source = backend === 'random' ? (rng.source ?? '/dev/urandom') : null;
    const pci = context.pciSlot(id);
    const chardev = backend === 'egd' ? planDaemon(rng, origin, context) : null;
    return {
      kind: 'rng',
      id,
      origin,
      what: source ?? (chardev === null ? "QEMU's own generator" : chardevText(chardev)),
      backend,
      source,
      chardev,
      limit:
        limit === undefined ? null : { 'max-bytes': limit.bytes, period: Math.round(limit.period * 1000) },
      pci,
      virtio: transportOf(rng.virtio, context.virtio, pci),
    };
  });
}

function planDaemon({ source, daemon }: RngSpec, origin: string, context: DeviceContext): ChardevPlan {
  const socket = source ?? '';
  const spec = daemon ?? { type: 'socket' as const, path: socket, server: false, wait: false };
  return planChardev(
    spec,
    `${origin}.${daemon === undefined ? 'source' : 'daemon'}`,
    { socket, log: null },
    context,
  );
}

const reasons = {
  random: "The host kernel's entropy, which never blocks.",
  builtin: "QEMU's own generator, which the host's kernel seeds.",
  egd: 'The daemon that gives entropy.',
} as const;

export function rngOptions({
  id,
  origin,
  backend,
  source,
  chardev,
  limit,
  pci,
  virtio,
}: RngPlan): QemuOption[] {
  const object = `${id}-source`;
  const chardevId = `${id}-chardev`;
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
        driver: virtioDriver('rng', pci, virtio.form),
        id,
        rng: object,
        ...(limit ?? {}),
        ...virtio.properties,
        ...pci,
      },
    ),
  ];
}
