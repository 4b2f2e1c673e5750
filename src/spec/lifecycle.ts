/** `lifecycle` of the spec: what happens when the guest ends, restarts or crashes. Pure. QEMU's docs: qemu-options, -action. */
import * as z from 'zod';
import { duration } from './scalars.js';

export const lifecycleSection = z
  .strictObject({
    onReboot: z.enum(['restart', 'stop', 'pause']).default('restart').meta({
      description: 'when the guest restarts: restart, stop (the VM ends) or pause (with onPoweroff: pause)',
    }),
    onPoweroff: z
      .enum(['stop', 'pause'])
      .default('stop')
      .meta({ description: 'when the guest powers off: stop, or pause, so that it can be looked at' }),
    onCrash: z.enum(['stop', 'pause', 'ignore']).default('stop').meta({
      description: 'when the guest says that it crashed (a pvpanic device): stop, pause or ignore',
    }),
    shutdownTimeout: duration
      .prefault('60s')
      .meta({ description: 'how long `vm down` waits for the guest to power off' }),
    suspendToMemory: z
      .boolean()
      .optional()
      .meta({ description: "the guest may suspend to memory (ACPI S3); default: QEMU's (yes)" }),
    suspendToDisk: z
      .boolean()
      .optional()
      .meta({ description: "the guest may suspend to disk (ACPI S4); default: QEMU's (yes)" }),
  })
  .prefault({});
