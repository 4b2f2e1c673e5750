/** `cpu.hyperv` of the spec: what makes a Windows guest feel at home. Pure. QEMU's docs/system/i386/hyperv. */
import * as z from 'zod';

const one = (what: string) => z.boolean().optional().meta({ description: what });

const enlightenments = z.strictObject({
  passthrough: one('everything that this host has, whatever it is (hv-passthrough); the guest can not move'),
  relaxed: one('no watchdog for late interrupts (hv-relaxed)'),
  vapic: one('the APIC without exits (hv-vapic)'),
  spinlocks: z
    .union([
      z.boolean(),
      z.int().min(0xfff, 'must be at least 4095').max(0xffff_ffff, 'has more than 32 bits'),
    ])
    .optional()
    .meta({ description: 'how often the guest tries a lock before it tells (hv-spinlocks); true: 8191' }),
  vpindex: one('the number of each vCPU (hv-vpindex)'),
  runtime: one('how long each vCPU ran (hv-runtime)'),
  synic: one('its interrupt controller (hv-synic); needs vpindex'),
  stimer: one('its timers (hv-stimer); needs synic and time'),
  stimerDirect: one('its timers as interrupts (hv-stimer-direct); needs stimer'),
  time: one('its clock (hv-time); also clock.hypervclock'),
  reset: one('restart by MSR (hv-reset)'),
  vendorId: z
    .string()
    .regex(/^[ -+\--~]{1,12}$/, 'is no vendor: 1 to 12 printable characters, no comma')
    .optional()
    .meta({ description: 'what Hyper-V says that it is (hv-vendor-id)' }),
  frequencies: one('frequencies of TSC and APIC (hv-frequencies)'),
  reenlightenment: one('a change of the TSC after a migration is told (hv-reenlightenment)'),
  tlbflush: one('TLB flushes by hypercall (hv-tlbflush); needs vpindex'),
  tlbflushDirect: one('the same from nested guests (hv-tlbflush-direct), Intel'),
  tlbflushExt: one('partial TLB flushes (hv-tlbflush-ext)'),
  ipi: one('interrupts between vCPUs by hypercall (hv-ipi); needs vpindex'),
  evmcs: one('nesting with less cost (hv-evmcs), Intel only'),
  avic: one('with AVIC and APICv (hv-avic)'),
  emsrBitmap: one('nesting with fewer exits (hv-emsr-bitmap)'),
  xmmInput: one('hypercalls in registers (hv-xmm-input)'),
  crash: one('a crash is told to the host (hv-crash)'),
  noNonarchCoresharing: z
    .union([z.boolean(), z.literal('auto')])
    .optional()
    .meta({ description: 'vCPUs share a core only as the topology says (hv-no-nonarch-coresharing)' }),
  syndbg: one('the synthetic kernel debugger (hv-syndbg)'),
  enforceCpuid: one('nothing that was not offered (hv-enforce-cpuid)'),
});

export const hypervSection = z.union([z.boolean(), enlightenments]).default(false).meta({
  description: 'enlightenments for Windows: true (all that help and need no certain CPU), or one by one',
});

export type HypervSpec = z.output<typeof enlightenments>;
