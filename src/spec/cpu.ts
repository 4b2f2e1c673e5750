/** `cpu` of the spec. Pure. */
import * as z from 'zod';
import { hypervSection } from './hyperv.js';

/** More vCPUs than any QEMU machine takes is a slip of the pen, not a wish. */
const maxVcpus = 4096;

const count = z.int().min(1, 'must be at least 1').max(maxVcpus, `must be at most ${maxVcpus}`);
const flagName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'is no CPU feature: QEMU writes them as x2apic or arch-capabilities');

/** KVM's own features: QEMU's docs/system/i386/kvm-pv, and kernel docs virt/kvm/x86/cpuid. */
const kvmPart = z
  .strictObject({
    hidden: z.boolean().default(false).meta({
      description: 'the guest is not told that it runs on KVM (kvm=off), for drivers that refuse to',
    }),
    pollControl: z
      .boolean()
      .optional()
      .meta({ description: 'the guest may poll before it halts (kvm-poll-control)' }),
    pvIpi: z.boolean().optional().meta({ description: 'interrupts between vCPUs by hypercall (kvm-pv-ipi)' }),
    hintDedicated: z
      .boolean()
      .optional()
      .meta({ description: 'the guest may take its CPUs for its own (kvm-hint-dedicated)' }),
    dirtyRing: z
      .int()
      .min(1024, 'must be at least 1024')
      .max(65536, 'must be at most 65536')
      .refine((size) => Number.isInteger(Math.log2(size)), { message: 'is no power of two' })
      .optional()
      .meta({ description: 'entries of the ring of written pages, in place of a bitmap (dirty-ring-size)' }),
  })
  .prefault({});

const sharedBy = z.enum(['thread', 'core', 'module', 'die', 'socket', 'default']).optional();

/** Which vCPUs share a cache: QEMU 10.0, -machine smp-cache. */
const cachesPart = z
  .strictObject({ l1d: sharedBy, l1i: sharedBy, l2: sharedBy, l3: sharedBy })
  .prefault({})
  .meta({ description: 'which vCPUs share each cache: thread, core, module, die, socket (QEMU 10.0)' });

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
          modules: count.optional(),
          cores: count.default(1),
          threads: count.default(1),
        }),
      ])
      .prefault('auto')
      .meta({ description: 'what the guest sees; auto mirrors the host CPUs that the VM gets' }),
    l3Cache: z.boolean().default(true).meta({
      description:
        'show the guest an L3 cache (l3-cache=on), so that its scheduler knows which vCPUs share one',
    }),
    nested: z
      .union([z.enum(['auto', 'model']), z.boolean()])
      .prefault('auto')
      .meta({
        description:
          'virtualisation inside the guest: vmx on Intel, svm on AMD; auto: what the host offers; model: what the model itself has',
      }),
    features: z
      .record(
        flagName,
        z.union([z.boolean(), z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'is no value of a CPU feature')]),
      )
      .default({})
      .meta({
        description:
          'single CPU features: true, false, a value, or what is wished: require, force, optional (on if this host has it), disable, forbid',
      }),
    hyperv: hypervSection,
    kvm: kvmPart,
    hostCacheInfo: z.boolean().optional().meta({
      description:
        "the host's own cache sizes (host-cache-info), only with its topology mirrored; default: off",
    }),
    caches: cachesPart,
    check: z
      .enum(['warn', 'enforce', 'none'])
      .default('warn')
      .meta({ description: 'a feature that this host lacks: warn, enforce (the VM does not start) or none' }),
    migratable: z
      .boolean()
      .optional()
      .meta({ description: "model host without what can't be moved to another host; default: QEMU's (on)" }),
    physBits: z
      .union([z.literal('host'), z.int().min(32, 'must be at least 32').max(52, 'must be at most 52')])
      .optional()
      .meta({ description: 'bits of a physical address: host, or a number' }),
    physBitsLimit: z
      .int()
      .min(32, 'must be at least 32')
      .max(52, 'must be at most 52')
      .optional()
      .meta({ description: 'with physBits: host, at most this many' }),
    vendor: z
      .string()
      .regex(/^[A-Za-z0-9 !-+.-]{12}$/, 'is no vendor: it has 12 characters, as GenuineIntel')
      .optional()
      .meta({ description: 'what the CPU says that it is, such as GenuineIntel' }),
    pmu: z
      .boolean()
      .optional()
      .meta({ description: "performance counters in the guest; default: QEMU's (on with model host)" }),
  })
  .prefault({});
