/** virtio-balloon: takes memory from a running guest and gives it back. Pure. QEMU's docs/interop/virtio-balloon-stats. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { duration } from '../spec/scalars.js';
import {
  type DeviceContext,
  type PciSlot,
  type VirtioProperties,
  type VirtioTransport,
  virtioDriver,
} from './context.js';
import { deviceOption } from './options.js';
import { transportOf, virtioKey } from './virtio.js';

const settings = z.strictObject({
  deflateOnOom: z.boolean().default(false).meta({
    description: 'a guest that runs out of memory takes back what it gave',
  }),
  freePageReporting: z.boolean().default(false).meta({
    description:
      'the guest tells which pages are free and the host takes them; costs faults, and is of no use with memory that is locked or in huge pages',
  }),
  freePageHint: z
    .boolean()
    .default(false)
    .meta({ description: 'a migration leaves free pages out; needs an I/O thread' }),
  ...virtioKey,
  statistics: duration
    .optional()
    .meta({ description: "how often the guest's statistics are asked; default: never" }),
});

export const balloonSection = z
  .union([z.boolean(), settings])
  .default(false)
  .transform((balloon) => (typeof balloon === 'boolean' ? (balloon ? settings.parse({}) : null) : balloon))
  .meta({ description: 'whether memory can be taken from the running guest, and how' });

export interface BalloonPlan {
  readonly kind: 'balloon';
  readonly id: string;
  readonly what: string;
  /** In QEMU's words. */
  readonly properties: Readonly<Record<string, boolean | number | string>>;
  readonly pci: PciSlot;
  readonly virtio: VirtioTransport;
}

export function planBalloon(
  balloon: z.output<typeof balloonSection>,
  memory: { readonly hugepages: boolean; readonly locked: boolean },
  context: DeviceContext,
): BalloonPlan[] {
  if (balloon === null) return [];
  const { deflateOnOom, freePageReporting, freePageHint, statistics } = balloon;
  if (memory.hugepages || memory.locked) {
    context.find({
      severity: 'warning',
      code: 'spec.balloon',
      key: 'balloon',
      message: `memory ${memory.hugepages ? 'in huge pages' : 'that is locked'} stays taken, whatever the balloon does`,
      hint: 'Take the balloon out, or the huge pages and the lock.',
    });
  }
  const pci = context.pciSlot('balloon0');
  return [
    {
      kind: 'balloon',
      id: 'balloon0',
      what: [
        ...(deflateOnOom ? ['deflates when memory runs out'] : []),
        ...(freePageReporting ? ['reports free pages'] : []),
        ...(statistics === undefined ? [] : [`statistics every ${statistics} s`]),
      ].join(', '),
      properties: {
        ...(deflateOnOom ? { 'deflate-on-oom': true } : {}),
        ...(freePageReporting ? { 'free-page-reporting': true } : {}),
        ...(freePageHint ? { 'free-page-hint': true, iothread: context.ioThreads[0] ?? 'iothread0' } : {}),
        ...(statistics === undefined
          ? {}
          : { 'guest-stats-polling-interval': Math.max(1, Math.round(statistics)) }),
      },
      pci,
      virtio: transportOf(balloon.virtio, withoutIommu(context.virtio), pci),
    },
  ];
}

/** Linux' driver never goes through an IOMMU, and gives up on a balloon that demands it (virtio_balloon.c, virtballoon_validate). */
function withoutIommu({ iommu_platform: _, ats: __, ...rest }: VirtioProperties): VirtioProperties {
  return rest;
}

export function balloonOptions({ id, properties, pci, virtio }: BalloonPlan): QemuOption[] {
  return [
    deviceOption(
      'balloon',
      'Takes memory from the running guest and gives it back (`vm set memory`).',
      {
        driver: virtioDriver('balloon', pci, virtio.form),
        id,
        ...properties,
        ...virtio.properties,
        ...pci,
      },
      properties['free-page-reporting'] === true
        ? 'A page that was given back costs a fault when the guest takes it again.'
        : undefined,
    ),
  ];
}
