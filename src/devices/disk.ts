/** Disks on virtio-blk. Pure. QEMU's docs: qemu-options, -blockdev; docs/system/qemu-block-drivers. */
import { posix as path } from 'node:path';
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { json } from '../command/quote.js';
import { deviceId, hostPath } from '../spec/scalars.js';
import type { DeviceContext, PciSlot } from './context.js';
import { type DiskAio, type DiskCache, imageFormat, planAio, planCache, reportFile } from './disk-checks.js';

const queueCount = z.int().min(1, 'must be at least 1').max(1024, 'must be at most 1024');

const diskSection = z.strictObject({
  id: deviceId.optional().meta({ description: 'default: disk0, disk1, …' }),
  source: hostPath.meta({ description: 'an image file or a block device' }),
  format: z.enum(['auto', 'raw', 'qcow2']).default('auto').meta({
    description:
      'auto goes by the name: qcow2 for .qcow2, else raw; never by content, which the guest could write',
  }),
  bus: z.enum(['virtio']).default('virtio').meta({ description: 'what the guest sees it on' }),
  readOnly: z.boolean().default(false),
  cache: z.enum(['auto', 'none', 'writeback', 'writethrough', 'directsync', 'unsafe']).default('auto').meta({
    description:
      "the host's page cache; auto: none where the file can be opened with O_DIRECT, else writeback",
  }),
  aio: z
    .enum(['auto', 'io_uring', 'native', 'threads'])
    .default('auto')
    .meta({ description: 'how QEMU waits for the disk' }),
  discard: z
    .enum(['unmap', 'ignore'])
    .default('unmap')
    .meta({ description: 'what a TRIM of the guest does' }),
  detectZeroes: z.enum(['off', 'on', 'unmap']).default('off'),
  serial: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,20}$/, 'is no serial number: 1 to 20 letters, digits, ".", "_", "-"')
    .optional()
    .meta({ description: 'what the guest finds under /dev/disk/by-id' }),
  queues: z
    .union([z.literal('auto'), queueCount])
    .default('auto')
    .meta({ description: "request queues; auto: one a vCPU, which is QEMU's own choice" }),
  ioThread: z
    .int()
    .min(0, 'must be at least 0')
    .optional()
    .meta({ description: 'the I/O thread that serves it: its number, from 0' }),
});

export const disksSection = z.array(diskSection).max(256, 'is too long: at most 256 disks').default([]);

export interface DiskPlan {
  readonly kind: 'disk';
  readonly id: string;
  readonly origin: string;
  readonly source: string;
  readonly block: boolean;
  readonly format: 'raw' | 'qcow2';
  readonly readOnly: boolean;
  readonly cache: DiskCache;
  readonly aio: DiskAio;
  readonly discard: 'unmap' | 'ignore';
  readonly detectZeroes: 'off' | 'on' | 'unmap';
  readonly serial: string | null;
  readonly queues: number | null;
  readonly ioThread: string | null;
  readonly bootIndex: number | null;
  readonly pci: PciSlot;
}

export function planDisks(disks: z.output<typeof disksSection>, context: DeviceContext): DiskPlan[] {
  return disks.map((disk, index): DiskPlan => {
    const origin = `disks[${index}]`;
    const id = disk.id ?? `disk${index}`;
    const facts = context.files.get(disk.source);
    reportFile(disk, facts, origin, context);
    const cache = planCache(disk.cache, facts, origin, context);
    return {
      kind: 'disk',
      id,
      origin,
      source: disk.source,
      block: facts?.kind === 'block',
      format: imageFormat(disk.format, disk.source, facts, origin, context),
      readOnly: disk.readOnly,
      cache,
      aio: planAio(disk.aio, cache, origin, context),
      discard: disk.discard,
      detectZeroes: disk.detectZeroes,
      serial: disk.serial ?? null,
      queues: disk.queues === 'auto' ? null : disk.queues,
      ioThread: disk.ioThread === undefined ? null : (context.ioThreads[disk.ioThread] ?? null),
      bootIndex: context.bootIndex('disk') ?? null,
      pci: context.pciSlot(id),
    };
  });
}

/** QEMU's five cache modes are three switches: host cache, flushes and write-back (docs: qemu-img, cache modes). */
const cacheSwitches: Readonly<
  Record<DiskCache, { direct: boolean; noFlush: boolean; writeCache: 'on' | 'off' }>
> = {
  none: { direct: true, noFlush: false, writeCache: 'on' },
  writeback: { direct: false, noFlush: false, writeCache: 'on' },
  writethrough: { direct: false, noFlush: false, writeCache: 'off' },
  directsync: { direct: true, noFlush: false, writeCache: 'off' },
  unsafe: { direct: false, noFlush: true, writeCache: 'on' },
};

export function diskOptions(disk: DiskPlan): QemuOption[] {
  const { direct, noFlush, writeCache } = cacheSwitches[disk.cache];
  const cache = { direct, 'no-flush': noFlush };
  const name = path.basename(disk.source);
  const fileNode = `${disk.id}-file`;
  const formatNode = `${disk.id}-format`;
  return [
    {
      group: 'devices',
      flag: '-blockdev',
      value: json({
        driver: disk.block ? 'host_device' : 'file',
        'node-name': fileNode,
        filename: disk.source,
        aio: disk.aio,
        cache,
        discard: disk.discard,
        'read-only': disk.readOnly,
      }),
      origin: disk.origin,
      why: `${name}: ${direct ? "past the host's page cache" : "through the host's page cache"}, ${disk.aio}.`,
    },
    {
      group: 'devices',
      flag: '-blockdev',
      value: json({
        driver: disk.format,
        'node-name': formatNode,
        file: fileNode,
        cache,
        discard: disk.discard,
        'detect-zeroes': disk.detectZeroes,
        'read-only': disk.readOnly,
      }),
      origin: disk.origin,
      why: `Read as ${disk.format}, which is said and never guessed: a guest could write another format's header.`,
    },
    {
      group: 'devices',
      flag: '-device',
      value: json({
        driver: 'virtio-blk-pci',
        id: disk.id,
        drive: formatNode,
        'write-cache': writeCache,
        ...(disk.serial === null ? {} : { serial: disk.serial }),
        ...(disk.queues === null ? {} : { 'num-queues': disk.queues }),
        ...(disk.ioThread === null ? {} : { iothread: disk.ioThread }),
        ...(disk.bootIndex === null ? {} : { bootindex: disk.bootIndex }),
        ...disk.pci,
      }),
      origin: disk.origin,
      why:
        disk.ioThread === null
          ? "The guest's virtio disk."
          : `The guest's virtio disk, served by ${disk.ioThread} and not by QEMU's main loop.`,
    },
  ];
}
