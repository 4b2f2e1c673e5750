/** `limits` of the spec: how much of the host the whole VM may have. Pure. Kernel: Documentation/admin-guide/cgroup-v2.rst. */
import * as z from 'zod';
import { bytes } from './scalars.js';

const weight = z.int().min(1, 'must be at least 1').max(10_000, 'must be at most 10000').optional();

export const limitsSection = z
  .strictObject({
    cgroup: z.enum(['auto', 'systemd']).default('auto').meta({
      description:
        'who makes the cgroup that holds QEMU to it: auto (vm itself, which needs root; the processes beside QEMU are in it too) or systemd (a scope, for users too)',
    }),
    cpuQuota: z
      .int()
      .min(1, 'must be at least 1')
      .max(1_000_000, 'must be at most 1000000')
      .optional()
      .meta({ description: 'at most so much time of CPUs, in percent of one: 150 is one and a half' }),
    cpuWeight: weight.meta({
      description: 'its part of the time where CPUs are short, 1 to 10000; what is not limited has 100',
    }),
    memoryMax: bytes.optional().meta({
      description:
        "at most so much memory, QEMU's own included: what would be above it ends QEMU; huge pages do not count",
    }),
    memoryHigh: bytes
      .optional()
      .meta({ description: 'above so much memory it is slowed down, and its pages are reclaimed first' }),
    swapMax: bytes.optional().meta({ description: 'at most so much of it is swapped out' }),
    ioWeight: weight.meta({
      description: 'its part of the disks where they are busy, 1 to 10000; what is not limited has 100',
    }),
  })
  .prefault({});

export type LimitsSpec = z.output<typeof limitsSection>;

/** Whether anything is limited. */
export function isLimited({ cgroup: _, ...limits }: LimitsSpec): boolean {
  return Object.values(limits).some((limit) => limit !== undefined);
}
