/** Which I/O threads serve a disk or a SCSI controller. Pure. QEMU's docs: qapi/virtio, IOThreadVirtQueueMapping. */
import * as z from 'zod';
import type { QemuFeature } from '../plan/qemu-capabilities.js';
import type { DeviceContext } from './context.js';

export const ioThreadMap = z
  .array(
    z.strictObject({
      id: z.int().min(0, 'must be at least 0').meta({ description: 'the number of the I/O thread, from 0' }),
      queues: z
        .array(z.int().min(0, 'must be at least 0').max(1023, 'must be at most 1023'))
        .min(1, 'is empty')
        .optional()
        .meta({ description: 'the queues that it serves; said of all threads or of none' }),
    }),
  )
  .min(1, 'is empty')
  .max(64, 'is too long: at most 64 threads')
  .meta({
    description:
      'several I/O threads and the queues that each serves (QEMU 9.0 and later); without queues, in turn',
  });

/** As QEMU takes it. */
export type IoThreadMap = readonly { readonly iothread: string; readonly vqs?: readonly number[] }[];

interface Wanted {
  readonly ioThread?: number | undefined;
  readonly ioThreads?: z.output<typeof ioThreadMap> | undefined;
}

/** The names of the threads; where this QEMU can't spread queues over several, a finding, and the first one has all. */
export function ioThreadsOf(
  { ioThread, ioThreads }: Wanted,
  origin: string,
  feature: QemuFeature & ('iothreadVqMapping' | 'scsiIothreadVqMapping'),
  context: DeviceContext,
): { readonly ioThread: string | null; readonly ioThreads: IoThreadMap | null } {
  const name = (number: number) => context.ioThreads[number] ?? `iothread${number}`;
  if (ioThreads === undefined)
    return { ioThread: ioThread === undefined ? null : name(ioThread), ioThreads: null };
  if (!context.qemu.has(feature)) {
    context.find({
      severity: 'missing',
      code: 'qemu.too-old',
      key: `${origin}.ioThreads`,
      message: 'this QEMU serves all queues of a device in one I/O thread',
      hint: `Use QEMU ${feature === 'iothreadVqMapping' ? '9.0' : '10.0'} or later, or say ioThread: N.`,
    });
    return { ioThread: name(ioThreads[0]?.id ?? 0), ioThreads: null };
  }
  return {
    ioThread: null,
    ioThreads: ioThreads.map(({ id, queues }) => ({
      iothread: name(id),
      ...(queues === undefined ? {} : { vqs: queues }),
    })),
  };
}
