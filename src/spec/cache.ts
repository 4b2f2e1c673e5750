/** `placement.cache`: a share of the host's caches and memory bandwidth for the vCPUs (resctrl). Pure. Kernel: Documentation/arch/x86/resctrl.rst. */
import * as z from 'zod';
import { cpuList } from './scalars.js';

const ways = z.int().min(1, 'must be at least 1').max(32, 'must be at most 32');

/** Percent, or megabytes a second. */
const bandwidth = z.union(
  [
    z
      .int()
      .min(1, 'must be at least 1')
      .max(100, 'must be at most 100')
      .transform((percent) => ({ percent })),
    z
      .string()
      .regex(/^[1-9]\d{0,6}MB\/s$/, 'is no bandwidth: write a percentage such as 50, or 5000MB/s')
      .transform((text) => ({ megabytesPerSecond: Number.parseInt(text, 10) })),
  ],
  { error: 'is no bandwidth: write a percentage such as 50, or 5000MB/s' },
);

const share = {
  l3Ways: ways.optional().meta({ description: 'ways of each L3 cache that these vCPUs run below' }),
  l3CodeWays: ways
    .optional()
    .meta({ description: 'of l3Ways, those for code, where resctrl is mounted with cdp' }),
  l3DataWays: ways.optional().meta({ description: 'likewise those for data' }),
  l2Ways: ways.optional().meta({ description: 'ways of each L2 cache, where the CPU can share those out' }),
  memoryBandwidth: bandwidth.optional().meta({
    description: 'at most this much: percent of it all (50), or megabytes a second (5000MB/s)',
  }),
  exclusive: z
    .boolean()
    .default(false)
    .meta({ description: "the ways are taken away from the host's own programs for as long as the VM runs" }),
};

const all = z.strictObject(share);
const some = z.strictObject({
  vcpus: cpuList.meta({ description: 'vCPUs that have this share' }),
  ...share,
});

/** One share for all vCPUs, or several, each for some of them. */
export const cacheSection = z
  .union([all, z.array(some).max(64)])
  .optional()
  .transform((cache) =>
    cache === undefined ? [] : Array.isArray(cache) ? cache : [{ vcpus: null, ...cache }],
  )
  .meta({ description: 'a share of the caches for the vCPUs (resctrl); default: what all have' });

export type CacheShare = z.output<typeof cacheSection>[number];
