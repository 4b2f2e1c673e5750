/** `cpu` and `placement` of the spec. Pure. */
import * as z from 'zod';
import { cpuList } from './scalars.js';

/** More vCPUs than any QEMU machine takes is a slip of the pen, not a wish. */
const maxVcpus = 4096;

const count = z.int().min(1, 'must be at least 1').max(maxVcpus, `must be at most ${maxVcpus}`);
const flagName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'is no CPU feature: QEMU writes them as x2apic or arch-capabilities');

/** The guest's processor: QEMU's docs/system/i386/cpu. */
export const cpuSection = z
  .strictObject({
    model: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
        'is no CPU model: write host, max or a name that `qemu-system-x86_64 -cpu help` lists',
      )
      .default('host')
      .meta({ description: 'host, max or a named model; under tcg, host becomes max' }),
    vcpus: count.default(1).meta({ description: 'vCPUs at the start' }),
    maxVcpus: count.optional().meta({ description: 'vCPUs that hot-plug may bring it to; default: vcpus' }),
    topology: z
      .union([
        z.literal('auto'),
        z.strictObject({
          sockets: count.default(1),
          dies: count.default(1),
          cores: count.default(1),
          threads: count.default(1),
        }),
      ])
      .default('auto')
      .meta({ description: 'what the guest sees; auto mirrors the host CPUs that the VM gets' }),
    l3Cache: z.boolean().default(true).meta({
      description:
        'show the guest an L3 cache (l3-cache=on), so that its scheduler knows which vCPUs share one',
    }),
    nested: z
      .union([z.literal('auto'), z.boolean()])
      .default('auto')
      .meta({
        description: 'virtualisation inside the guest: vmx on Intel, svm on AMD; auto: what the host offers',
      }),
    features: z
      .record(
        flagName,
        z.union([z.boolean(), z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'is no value of a CPU feature')]),
      )
      .default({})
      .meta({ description: 'single CPU features: true, false or a value' }),
  })
  .prefault({});

const vcpuMap = z.record(
  z
    .string()
    .regex(/^\d{1,4}$/, 'is no vCPU: a map of placement goes from vCPU numbers to CPUs, {0: "1", 1: "11"}'),
  cpuList,
);

/** Which host CPUs the threads of the VM run on. */
export const placementSection = z
  .strictObject({
    vcpus: z
      .union([z.enum(['auto', 'strict', 'none']), cpuList, vcpuMap], {
        error:
          'is no placement: write auto, strict, none, a CPU list such as "1-4,11-14", or a map such as {0: "1", 1: "11"}',
      })
      .default('auto')
      .meta({
        description:
          'auto (the best there is, each compromise told), strict (that or an error), none, a list (a set, laid out core by core) or a map (literal: vCPU to CPUs)',
      }),
    emulator: z
      .union([z.enum(['auto', 'none']), cpuList], {
        error: 'is no placement: write auto, none or a CPU list such as "0,10"',
      })
      .default('auto')
      .meta({ description: "CPUs of QEMU's own threads; auto: the reserved ones" }),
    ioThreads: z
      .union([z.enum(['auto', 'none']), cpuList, z.array(cpuList).max(1024)], {
        error:
          'is no placement: write auto, none, a CPU list for all of them, or a list of such lists, one an I/O thread',
      })
      .default('auto')
      .meta({ description: 'CPUs of the I/O threads; auto: the reserved ones' }),
    reserve: z
      .union([z.enum(['auto', 'none']), cpuList], {
        error: 'is no placement: write auto, none or a CPU list such as "0,10"',
      })
      .default('auto')
      .meta({
        description:
          "CPUs that stay the host's; auto: the first core with its siblings, where enough others are free",
      }),
    exclusive: z
      .boolean()
      .default(true)
      .meta({ description: 'no other VM is given the CPUs of these vCPUs' }),
  })
  .prefault({});
