/** Controllers that disks hang on. Those that the spec does not name are made where disks need them. Pure. QEMU's docs: qemu-options, -device. */
import * as z from 'zod';
import { deviceId, pciPlace } from '../spec/scalars.js';
import type { DeviceContext, PciSlot, VirtioTransport } from './context.js';
import { type IoThreadMap, ioThreadMap, ioThreadsOf } from './disk-threads.js';
import { transportOf, virtioKey } from './virtio.js';

const scsiModels = [
  'virtio',
  'lsi53c895a',
  'lsi53c810',
  'mptsas1068',
  'megasas',
  'megasas-gen2',
  'pvscsi',
  'am53c974',
  'dc390',
] as const;

export type ScsiModel = (typeof scsiModels)[number];

/** Through which QEMU hands the rings to the kernel. */
export const vhostScsiDevice = '/dev/vhost-scsi';

const count = z.int().min(1, 'must be at least 1');
const id = deviceId.meta({ description: 'what disks name it by' });

const controllerSection = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('scsi').meta({ description: 'a SCSI host adapter' }),
    id,
    slot: pciPlace,
    model: z
      .enum(scsiModels)
      .default('virtio')
      .meta({ description: 'virtio-scsi, or an adapter that an old guest knows' }),
    queues: z
      .union([z.literal('auto'), count.max(1024)])
      .default('auto')
      .meta({ description: "request queues (virtio); auto: one a vCPU, which is QEMU's own choice" }),
    queueSize: z
      .int()
      .min(2)
      .max(1024)
      .optional()
      .meta({ description: 'requests in a queue (virtio); default: 256' }),
    commandsPerUnit: count
      .max(65535)
      .optional()
      .meta({ description: 'commands that wait in one disk at most (virtio); default: 128' }),
    maxSectors: count
      .max(4294967295)
      .optional()
      .meta({ description: 'the longest transfer in sectors of 512 bytes (virtio); default: 65535' }),
    ioEventFd: z.boolean().optional(),
    eventIndex: z.boolean().optional(),
    ioThread: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'the I/O thread that serves it: its number, from 0 (virtio)' }),
    ioThreads: ioThreadMap.optional(),
    ...virtioKey,
  }),
  z.strictObject({
    type: z.literal('sata').meta({ description: 'an AHCI adapter with six ports (ich9-ahci)' }),
    id,
    slot: pciPlace,
  }),
  z.strictObject({
    type: z.literal('nvme').meta({ description: 'an NVMe controller whose disks are namespaces' }),
    id,
    slot: pciPlace,
    serial: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,20}$/, 'is no serial number: 1 to 20 letters, digits, ".", "_", "-"')
      .optional()
      .meta({ description: 'default: the id' }),
  }),
  z.strictObject({
    type: z.literal('vhost-scsi').meta({
      description:
        "disks that the host's kernel serves by itself (LIO target, vhost): they are set up with targetcli, and none is in disks",
    }),
    id: deviceId,
    slot: pciPlace,
    wwpn: z
      .string()
      .regex(/^(?:naa\.|eui\.)?[0-9a-fA-F]{16}$/, 'is no name of a target: write it as naa.5001405e88d9a4f2')
      .meta({ description: 'the name of the target, as targetcli shows it below /vhost' }),
    boot: z
      .int()
      .min(0, 'must be at least 0')
      .max(10_000, 'must be at most 10000')
      .optional()
      .meta({ description: 'when the firmware tries it: lower is earlier; default: not at all' }),
    queues: z
      .union([z.literal('auto'), count.max(1024)])
      .default('auto')
      .meta({ description: "request queues; auto: one a vCPU, which is QEMU's own choice" }),
    ...virtioKey,
  }),
]);

export const controllersSection = z
  .array(controllerSection)
  .max(64, 'is too long: at most 64 controllers')
  .default([]);

type ControllerSpec = z.output<typeof controllerSection>;

export type ControllerPlan = { readonly kind: 'controller'; readonly id: string; readonly origin: string } & (
  | {
      readonly type: 'scsi';
      readonly model: ScsiModel;
      readonly queues: number | null;
      readonly queueSize: number | null;
      readonly commandsPerUnit: number | null;
      readonly maxSectors: number | null;
      readonly ioEventFd: boolean | null;
      readonly eventIndex: boolean | null;
      readonly ioThread: string | null;
      readonly ioThreads: IoThreadMap | null;
      readonly virtio: VirtioTransport;
      readonly pci: PciSlot;
    }
  | { readonly type: 'sata'; readonly pci: PciSlot }
  | { readonly type: 'nvme'; readonly serial: string; readonly pci: PciSlot }
  | {
      readonly type: 'vhost-scsi';
      readonly wwpn: string;
      readonly bootIndex: number | null;
      readonly queues: number | null;
      readonly virtio: VirtioTransport;
      readonly pci: PciSlot;
    }
  | { readonly type: 'floppy' }
);

export type ScsiController = Extract<ControllerPlan, { type: 'scsi' }>;

/** A controller that the spec names. */
export function planController(spec: ControllerSpec, index: number, context: DeviceContext): ControllerPlan {
  const origin = `controllers[${index}]`;
  const base = { kind: 'controller', id: spec.id, origin } as const;
  if (spec.type === 'sata') return { ...base, type: 'sata', pci: context.pciSlot(spec.id) };
  if (spec.type === 'nvme') {
    const serial = spec.serial ?? spec.id.slice(0, 20);
    return { ...base, type: 'nvme', serial, pci: context.pciSlot(spec.id) };
  }
  const pci = context.pciSlot(spec.id);
  if (spec.type === 'vhost-scsi') return { ...base, ...planVhostScsi(spec, origin, pci, context) };
  return {
    ...base,
    type: 'scsi',
    model: spec.model,
    queues: spec.queues === 'auto' ? null : spec.queues,
    queueSize: spec.queueSize ?? null,
    commandsPerUnit: spec.commandsPerUnit ?? null,
    maxSectors: spec.maxSectors ?? null,
    ioEventFd: spec.ioEventFd ?? null,
    eventIndex: spec.eventIndex ?? null,
    ...ioThreadsOf(spec, origin, 'scsiIothreadVqMapping', context),
    virtio: transportOf(spec.virtio, context.virtio, pci),
    pci,
  };
}

function planVhostScsi(
  spec: Extract<ControllerSpec, { type: 'vhost-scsi' }>,
  origin: string,
  pci: PciSlot,
  context: DeviceContext,
) {
  if (context.files.get(vhostScsiDevice)?.kind === 'missing') {
    context.find({
      severity: 'missing',
      code: 'host.vhost-scsi',
      key: origin,
      message: `${vhostScsiDevice} is not here: the kernel can not serve the disks`,
      hint: 'Load the module (modprobe vhost_scsi), and set up the target with targetcli.',
    });
  }
  return {
    type: 'vhost-scsi',
    wwpn: spec.wwpn,
    bootIndex: spec.boot ?? null,
    queues: spec.queues === 'auto' ? null : spec.queues,
    virtio: transportOf(spec.virtio, context.virtio, pci),
    pci,
  } as const;
}

/** A virtio-scsi controller that the spec does not name: one for all disks of the same I/O thread. */
export function impliedScsi(
  id: string,
  ioThread: string | null,
  origin: string,
  context: DeviceContext,
): ScsiController {
  return {
    kind: 'controller',
    id,
    origin,
    type: 'scsi',
    model: 'virtio',
    queues: null,
    queueSize: null,
    commandsPerUnit: null,
    maxSectors: null,
    ioEventFd: null,
    eventIndex: null,
    ioThread,
    ioThreads: null,
    virtio: { form: '', properties: context.virtio },
    pci: context.pciSlot(id),
  };
}
