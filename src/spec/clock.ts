/** `clock` of the spec: what time the guest sees, and by which timers. Pure. QEMU's docs: qemu-options, -rtc. */
import * as z from 'zod';

export const clockSection = z
  .strictObject({
    base: z
      .string()
      .regex(
        /^(utc|localtime|\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2})?)$/,
        'is no time: write utc, localtime, or a date such as 2026-01-31T12:00:00',
      )
      .default('utc')
      .meta({
        description:
          "what the guest's hardware clock starts with: utc, localtime (Windows expects it) or a date, such as 2026-01-31T12:00:00",
      }),
    source: z.enum(['host', 'rt', 'vm']).default('host').meta({
      description:
        "what drives it: host (follows corrections of the host's clock), rt (does not) or vm (stands still while the VM is paused)",
    }),
    driftfix: z.enum(['none', 'slew']).default('none').meta({
      description: 'slew: ticks of the hardware clock that the guest missed are caught up (Windows)',
    }),
    hpet: z.boolean().optional().meta({
      description: "the HPET timer; off saves host time, Windows likes it off; default: QEMU's (on)",
    }),
    pit: z.boolean().optional().meta({ description: "the old PIT timer; default: QEMU's (on)" }),
    kvmPit: z
      .enum(['delay', 'discard'])
      .optional()
      .meta({ description: "what KVM does with PIT ticks that the guest missed; default: KVM's (delay)" }),
    kvmclock: z
      .boolean()
      .optional()
      .meta({ description: "KVM's clock for Linux guests; default: on under kvm" }),
    hypervclock: z.boolean().optional().meta({
      description: "Hyper-V's clock for Windows guests (hv-time); default: on with cpu.hyperv: true",
    }),
    tscFrequency: z
      .int()
      .min(1_000_000, 'is in hertz: at least 1000000')
      .max(100_000_000_000, 'is in hertz: at most 100000000000')
      .optional()
      .meta({ description: 'the frequency in hertz of the time stamp counter that the guest sees' }),
  })
  .prefault({});
