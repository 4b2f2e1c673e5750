/** `memory` of the spec. Pure. QEMU's docs: qemu-options, memory-backend-*. */
import * as z from 'zod';
import { memoryModules } from './memory-modules.js';
import { hostNodes, memoryPolicy, pageSize } from './numa.js';
import { bytes, hostPath } from './scalars.js';

export const memorySection = z
  .strictObject({
    size: bytes.prefault('1GiB').meta({ description: "the guest's memory" }),
    maxSize: bytes.optional().meta({
      description: 'what memory plugged while it runs may bring it to; default: size and modules',
    }),
    slots: z
      .int()
      .min(0, 'must be at least 0')
      .max(256, 'must be at most 256')
      .optional()
      .meta({ description: 'slots for dimm and nvdimm modules; default: as many as the spec has' }),
    modules: memoryModules,
    hugepages: pageSize.default(false).meta({
      description:
        "back it with huge pages: false, true (the host's default size), 2MiB or 1GiB; those that are not free are added to the host's pools while it runs (as root)",
    }),
    backing: z.enum(['auto', 'anonymous', 'memfd', 'file']).default('auto').meta({
      description:
        'auto: anonymous, or memfd where huge pages or sharing are asked for; file with hugepages: in the hugetlbfs that this host has mounted',
    }),
    path: hostPath.optional().meta({ description: 'the file or folder of `backing: file`' }),
    access: z.enum(['auto', 'private', 'shared']).default('auto').meta({
      description:
        'shared: other processes may map it; auto: shared where one must (virtiofs, vhost-user), else private',
    }),
    allocation: z.enum(['auto', 'immediate', 'onDemand']).default('auto').meta({
      description:
        'immediate: every page before the guest starts; auto: immediate with huge pages or locked memory',
    }),
    allocationThreads: z
      .int()
      .min(1, 'must be at least 1')
      .max(256, 'must be at most 256')
      .optional()
      .meta({ description: 'threads that allocate immediately; default: one a vCPU, at most 16' }),
    hostNodes: hostNodes
      .optional()
      .meta({ description: 'host nodes that it is taken from; default: that of the vCPUs, if it is one' }),
    policy: memoryPolicy.default('bind'),
    locked: z
      .union([z.boolean(), z.literal('onFault')])
      .default(false)
      .meta({
        description: 'never swapped out (mem-lock); onFault: each page once it is touched (QEMU 10.0)',
      }),
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
