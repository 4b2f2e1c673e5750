/** What ACPI's HMAT tells of a guest node: how fast others are from it, and caches in front of its memory. Pure. QEMU's docs: qemu-options, -numa hmat-lb and hmat-cache. */
import * as z from 'zod';
import { bytes } from './scalars.js';

const level = (least: number) => z.int().min(least, `must be at least ${least}`).max(3, 'must be at most 3');

const memoryCache = z.strictObject({
  level: level(1).meta({ description: '1 to 3, nearer to the memory the higher' }),
  size: bytes.meta({ description: 'its size' }),
  associativity: z
    .enum(['none', 'direct', 'complex'])
    .default('direct')
    .meta({ description: 'how addresses map to it' }),
  policy: z.enum(['none', 'write-back', 'write-through']).default('write-back'),
  line: z
    .int()
    .min(1, 'must be at least 1')
    .max(65_535, 'must be at most 65535')
    .optional()
    .meta({ description: 'bytes of a line; default: not told' }),
});

const path = z
  .strictObject({
    to: z
      .int()
      .min(0, 'must be at least 0')
      .max(127, 'must be at most 127')
      .meta({ description: 'the node with the memory' }),
    cache: level(0)
      .default(0)
      .meta({ description: 'the level of the cache that answers; 0: the memory itself' }),
    access: z
      .enum(['access', 'read', 'write'])
      .default('access')
      .meta({ description: 'access is reading and writing' }),
    latency: z
      .int()
      .min(1, 'must be at least 1')
      .max(Number.MAX_SAFE_INTEGER)
      .optional()
      .meta({ description: 'how long it takes, in nanoseconds' }),
    bandwidth: bytes.optional().meta({ description: 'bytes a second, in whole MiB' }),
  })
  .refine(({ latency, bandwidth }) => (latency ?? bandwidth) !== undefined, 'must have latency or bandwidth');

/** Keys of a row of `numa`. */
export const hmatKeys = {
  initiator: z.int().min(0, 'must be at least 0').max(127, 'must be at most 127').optional().meta({
    description:
      'the node whose vCPUs are nearest, for HMAT; default: itself, or for one without vCPUs the one with the least latency to it',
  }),
  caches: z
    .array(memoryCache)
    .max(3, 'is too long: at most 3 levels')
    .default([])
    .meta({ description: 'caches in front of its memory (HMAT)' }),
  paths: z
    .array(path)
    .max(2048, 'is too long: at most 2048')
    .default([])
    .meta({ description: 'how fast memory is from the vCPUs of this node (HMAT)' }),
};

export type HmatRow = z.output<z.ZodObject<typeof hmatKeys>>;

/** Whether any row says something for the table, which the machine then has. */
export const hasHmat = (rows: readonly HmatRow[]): boolean =>
  rows.some(({ initiator, caches, paths }) => initiator !== undefined || caches.length + paths.length > 0);
