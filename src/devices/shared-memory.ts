/** Memory that guests share with each other or with programs of the host (ivshmem). Pure. QEMU's docs/system/devices/ivshmem. */
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { bytes, deviceId, hostPath, pciPlace } from '../spec/scalars.js';
import type { DeviceContext, PciSlot } from './context.js';
import { deviceOption, objectOption, socketOption } from './options.js';

const item = z.strictObject({
  id: deviceId.optional().meta({ description: 'default: shmem0, shmem1, …' }),
  slot: pciPlace,
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'is no name: 1 to 64 letters, digits, ".", "_", "-"')
    .meta({ description: 'its name: /dev/shm/NAME; guests with the same name share it' }),
  size: bytes
    .refine((size) => size >= 4096 && Number.isInteger(Math.log2(size)), {
      message: 'must be a power of two, such as 32MiB',
    })
    .optional()
    .meta({ description: 'a power of two; default: 4MiB, or what lookingGlass needs' }),
  lookingGlass: z
    .string()
    .regex(/^[1-9]\d{2,4}x[1-9]\d{2,4}$/, 'is no resolution: write it as 3840x2160')
    .optional()
    .meta({ description: 'the largest resolution of a Looking Glass guest: 3840x2160; sets the size' }),
  server: z
    .union([z.literal(false), hostPath])
    .default(false)
    .meta({
      description:
        'the socket of an ivshmem-server, whose guests can interrupt each other; it holds the memory',
    }),
  vectors: z.int().min(1).max(64).default(1).meta({ description: 'interrupts, with a server' }),
  ioEventFd: z
    .boolean()
    .optional()
    .meta({ description: "with a server, interrupts go past QEMU's main loop; default: QEMU's (on)" }),
  role: z
    .enum(['peer', 'master'])
    .default('peer')
    .meta({ description: 'master: the memory moves along in a migration' }),
});

export const sharedMemorySection = z
  .array(item)
  .max(16, 'is too long: at most 16 pieces')
  .default([])
  .meta({ description: 'memory shared with other guests or with programs of the host (ivshmem)' });

export type SharedMemorySpec = z.output<typeof item>;

export const sharedMemoryId = ({ id }: SharedMemorySpec, index: number): string => id ?? `shmem${index}`;

export interface SharedMemoryPlan {
  readonly kind: 'sharedMemory';
  readonly id: string;
  readonly origin: string;
  readonly what: string;
  readonly path: string;
  readonly bytes: number;
  readonly server: string | null;
  readonly vectors: number;
  /** Null: QEMU's own choice. */
  readonly ioEventFd: boolean | null;
  readonly master: boolean;
  readonly pci: PciSlot;
}

export function planSharedMemory(
  items: readonly SharedMemorySpec[],
  context: DeviceContext,
): SharedMemoryPlan[] {
  return items.map((spec, index) => {
    const id = sharedMemoryId(spec, index);
    const server = spec.server === false ? null : spec.server;
    const path = `/dev/shm/${spec.name}`;
    return {
      kind: 'sharedMemory',
      id,
      origin: `sharedMemory[${index}]`,
      what: server ?? path,
      path,
      bytes: spec.size ?? (spec.lookingGlass === undefined ? 4 * MIB : lookingGlassBytes(spec.lookingGlass)),
      server,
      vectors: spec.vectors,
      ioEventFd: spec.ioEventFd ?? null,
      master: spec.role === 'master',
      pci: context.pciSlot(id),
    };
  });
}

const MIB = 1024 ** 2;

/** Looking Glass' docs: two frames of four bytes a pixel, 10 MiB for the rest, rounded up to a power of two. */
export function lookingGlassBytes(resolution: string): number {
  const [width = 0, height = 0] = resolution.split('x').map(Number);
  return 2 ** Math.ceil(Math.log2(width * height * 4 * 2 + 10 * MIB));
}

export function sharedMemoryOptions(plan: SharedMemoryPlan): QemuOption[] {
  const { id, origin, path, bytes: size, server, vectors, ioEventFd, master, pci } = plan;
  if (server !== null) {
    const chardev = `${id}-chardev`;
    return [
      socketOption(chardev, server, origin, 'The server that holds the memory.'),
      deviceOption(origin, 'Memory shared with other guests, which can interrupt each other.', {
        driver: 'ivshmem-doorbell',
        id,
        chardev,
        vectors,
        ...(ioEventFd === null ? {} : { ioeventfd: ioEventFd }),
        ...(master ? { master: 'on' } : {}),
        ...pci,
      }),
    ];
  }
  const memdev = `${id}-memory`;
  return [
    objectOption(origin, 'The memory, which stays after the VM: others may use it.', {
      'qom-type': 'memory-backend-file',
      id: memdev,
      'mem-path': path,
      size,
      share: true,
    }),
    deviceOption(origin, 'Shows that memory to the guest as a PCI device.', {
      driver: 'ivshmem-plain',
      id,
      memdev,
      ...(master ? { master: 'on' } : {}),
      ...pci,
    }),
  ];
}
