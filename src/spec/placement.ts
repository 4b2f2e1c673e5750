/** `placement` of the spec. Pure. */
import * as z from 'zod';
import { cacheSection } from './cache.js';
import { cpuList } from './scalars.js';

const vcpuMap = z.record(
  z
    .string()
    .regex(/^\d{1,4}$/, 'is no vCPU: a map of placement goes from vCPU numbers to CPUs, {0: "1", 1: "11"}'),
  z.union([z.literal('none').transform(() => []), cpuList], {
    error: 'is no CPU list: write it as "1-4,11-14", or none for a vCPU that is not placed',
  }),
);

/** sched(7): real-time policies run before all others and give way to none of a lower priority. */
const schedulerPart = z.strictObject({
  policy: z.enum(['fifo', 'rr', 'batch', 'idle', 'other']).meta({
    description:
      "fifo and rr are real-time: each vCPU then needs a CPU of its own, away from QEMU's own threads",
  }),
  priority: z
    .int()
    .min(1, 'must be at least 1')
    .max(99, 'must be at most 99')
    .optional()
    .meta({ description: "of fifo and rr, 1 to 99; default: 1. The kernel's own interrupt threads have 50" }),
});

/** Which host CPUs the threads of the VM run on. */
export const placementSection = z
  .strictObject({
    vcpus: z
      .union([z.enum(['auto', 'strict', 'none']), cpuList, vcpuMap], {
        error:
          'is no placement: write auto, strict, none, a CPU list such as "1-4,11-14", or a map such as {0: "1", 1: "11"}',
      })
      .prefault('auto')
      .meta({
        description:
          'auto (the best there is, each compromise told), strict (that or an error), none, a list (a set, laid out core by core) or a map (literal: vCPU to CPUs)',
      }),
    emulator: z
      .union([z.enum(['auto', 'none']), cpuList], {
        error: 'is no placement: write auto, none or a CPU list such as "0,10"',
      })
      .prefault('auto')
      .meta({ description: "CPUs of QEMU's own threads; auto: the reserved ones" }),
    ioThreads: z
      .union([z.enum(['auto', 'none']), cpuList, z.array(cpuList).max(1024)], {
        error:
          'is no placement: write auto, none, a CPU list for all of them, or a list of such lists, one an I/O thread',
      })
      .prefault('auto')
      .meta({ description: 'CPUs of the I/O threads; auto: the reserved ones' }),
    vhost: z
      .union([z.enum(['auto', 'none']), cpuList], {
        error: 'is no placement: write auto, none or a CPU list such as "0,10"',
      })
      .prefault('auto')
      .meta({
        description: "CPUs of the kernel's threads that move packets (vhost); auto: the reserved ones",
      }),
    reserve: z
      .union([z.enum(['auto', 'none']), cpuList], {
        error: 'is no placement: write auto, none or a CPU list such as "0,10"',
      })
      .prefault('auto')
      .meta({
        description:
          "CPUs that stay the host's; auto: the first core with its siblings, where enough others are free",
      }),
    housekeeping: z.int().min(0, 'must be at least 0').max(64, 'must be at most 64').default(0).meta({
      description:
        "whole cores of the VM's own for all its threads but the vCPUs, where those are auto; 0: they go to the reserved CPUs",
    }),
    exclusive: z
      .boolean()
      .default(true)
      .meta({ description: 'no other VM is given the CPUs of these vCPUs' }),
    isolation: z.enum(['none', 'cgroup']).default('none').meta({
      description:
        'cgroup: while the VM runs, the kernel keeps everything else off the CPUs of its vCPUs (a cpuset partition of cgroup v2), as isolcpus= does from boot on; needs root, and one CPU a vCPU that no other thread is to use',
    }),
    interrupts: z.enum(['stay', 'away']).default('stay').meta({
      description:
        "away: while the VM runs, the host's interrupts come on other CPUs than its vCPUs', and those of passed PCI devices on its own (from the end of `up --wait` or from `vm place` on, once the guest's drivers have asked for them); needs root",
    }),
    scheduler: schedulerPart
      .optional()
      .meta({ description: 'how the kernel schedules vCPU threads; default: as all others (other)' }),
    cache: cacheSection,
  })
  .prefault({});
