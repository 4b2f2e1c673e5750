/** How the I/O threads of QEMU wait and work, and its main loop. Pure. QEMU's docs: qapi/qom.json, IothreadProperties and MainLoopProperties. */
import * as z from 'zod';

const poolSize = (what: string) =>
  z
    .int()
    .min(0, 'must be at least 0')
    .max(65_535, 'must be at most 65535')
    .optional()
    .meta({ description: what });

const pool = {
  poolMin: poolSize('threads that wait for slow calls of the kernel, kept at least; default: 0'),
  poolMax: poolSize('at most so many of them; default: 64'),
};

const factor = z.int().min(0, 'must be at least 0').max(1_000_000_000, 'must be at most 1000000000');

const ioThread = z.strictObject({
  thread: z
    .int()
    .min(0, 'must be at least 0')
    .max(1023, 'must be at most 1023')
    .meta({ description: 'its number, from 0' }),
  pollMaxNs: factor.optional().meta({
    description:
      'nanoseconds for which it looks for work again and again before it sleeps; 0: it sleeps at once; default: 32768',
  }),
  pollGrow: factor.optional().meta({ description: 'by what that time grows where it was too short; 0: 2' }),
  pollShrink: factor
    .optional()
    .meta({ description: 'by what it is divided where it was too long; 0: it goes to nothing at once' }),
  ...pool,
});

export const ioThreadSettingsSection = z
  .array(ioThread)
  .max(1024, 'is too long: at most 1024')
  .default([])
  .meta({ description: 'how single I/O threads wait and work' });

export const mainLoopSection = z
  .strictObject(pool)
  .prefault({})
  .meta({ description: "QEMU's main loop, which serves what no I/O thread does" });

export type IoThreadSettings = z.output<typeof ioThread>;
