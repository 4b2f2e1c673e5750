/** `memory` of the spec. Pure. QEMU's docs: qemu-options, memory-backend-*. */
import * as z from 'zod';
import { bytes, hostPath } from './scalars.js';

export const memorySection = z
  .strictObject({
    size: bytes.prefault('1GiB').meta({ description: "the guest's memory" }),
    hugepages: z
      .union([z.boolean(), z.enum(['2MiB', '1GiB'])], {
        error: "is no page size: write false, true (the host's default), 2MiB or 1GiB",
      })
      .default(false)
      .meta({ description: "back it with huge pages: false, true (the host's default size), 2MiB or 1GiB" }),
    backing: z
      .enum(['auto', 'anonymous', 'memfd', 'file'])
      .default('auto')
      .meta({ description: 'auto: anonymous, or memfd where huge pages or sharing are asked for' }),
    path: hostPath.optional().meta({ description: 'the file or folder of `backing: file`' }),
    access: z
      .enum(['private', 'shared'])
      .default('private')
      .meta({ description: 'shared: other processes (vhost-user, virtiofs) may map it' }),
    allocation: z.enum(['auto', 'immediate', 'onDemand']).default('auto').meta({
      description:
        'immediate: every page before the guest starts; auto: immediate with huge pages or locked memory',
    }),
    locked: z.boolean().default(false).meta({ description: 'never swapped out (mem-lock)' }),
    merge: z
      .boolean()
      .default(false)
      .meta({ description: "KSM may merge its pages with other guests'; false is safer and faster" }),
    dump: z.boolean().default(false).meta({ description: 'a core dump of QEMU contains it' }),
    discard: z
      .boolean()
      .default(false)
      .meta({ description: 'its content is thrown away when QEMU ends (discard-data)' }),
  })
  .prefault({});
