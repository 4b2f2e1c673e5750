/** How fast a disk may be. Pure. QEMU's docs: throttle.txt (leaky buckets), qapi ThrottleLimits. */
import * as z from 'zod';
import { bytes, duration } from '../spec/scalars.js';

const rate = bytes.refine((value) => value > 0, { message: 'must be more than nothing' });
const count = z.int().min(1, 'must be at least 1').max(1_000_000_000, 'must be at most 1000000000');
const burst = duration.refine((value) => Number.isInteger(value) && value >= 1, {
  message: 'is no whole number of seconds',
});

const rates = {
  bps: rate.optional().meta({ description: 'bytes a second: reads and writes together' }),
  bpsRead: rate.optional().meta({ description: 'bytes a second: reads' }),
  bpsWrite: rate.optional().meta({ description: 'bytes a second: writes' }),
  iops: count.optional().meta({ description: 'requests a second: reads and writes together' }),
  iopsRead: count.optional().meta({ description: 'requests a second: reads' }),
  iopsWrite: count.optional().meta({ description: 'requests a second: writes' }),
  bpsMax: rate.optional().meta({ description: 'bytes a second in a burst: reads and writes together' }),
  bpsReadMax: rate.optional().meta({ description: 'bytes a second in a burst: reads' }),
  bpsWriteMax: rate.optional().meta({ description: 'bytes a second in a burst: writes' }),
  iopsMax: count.optional().meta({ description: 'requests a second in a burst: reads and writes together' }),
  iopsReadMax: count.optional().meta({ description: 'requests a second in a burst: reads' }),
  iopsWriteMax: count.optional().meta({ description: 'requests a second in a burst: writes' }),
  bpsMaxLength: burst.optional().meta({ description: 'how long such a burst may last; default: 1s' }),
  bpsReadMaxLength: burst.optional().meta({ description: 'how long such a burst may last; default: 1s' }),
  bpsWriteMaxLength: burst.optional().meta({ description: 'how long such a burst may last; default: 1s' }),
  iopsMaxLength: burst.optional().meta({ description: 'how long such a burst may last; default: 1s' }),
  iopsReadMaxLength: burst.optional().meta({ description: 'how long such a burst may last; default: 1s' }),
  iopsWriteMaxLength: burst.optional().meta({ description: 'how long such a burst may last; default: 1s' }),
  iopsSize: bytes.optional().meta({ description: 'a request longer than this counts as several' }),
};

export const diskLimits = z.strictObject({
  group: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/, 'is no name of a group: letters, digits, ".", "_", "-"')
    .optional()
    .meta({
      description:
        'disks that name the same group share one budget; the rates are said by one of them, or the same by all',
    }),
  ...rates,
});

export type DiskLimits = z.output<typeof diskLimits>;

/** Our keys in QEMU's words. */
const qemuNames: Readonly<Record<keyof typeof rates, string>> = {
  bps: 'bps-total',
  bpsRead: 'bps-read',
  bpsWrite: 'bps-write',
  iops: 'iops-total',
  iopsRead: 'iops-read',
  iopsWrite: 'iops-write',
  bpsMax: 'bps-total-max',
  bpsReadMax: 'bps-read-max',
  bpsWriteMax: 'bps-write-max',
  iopsMax: 'iops-total-max',
  iopsReadMax: 'iops-read-max',
  iopsWriteMax: 'iops-write-max',
  bpsMaxLength: 'bps-total-max-length',
  bpsReadMaxLength: 'bps-read-max-length',
  bpsWriteMaxLength: 'bps-write-max-length',
  iopsMaxLength: 'iops-total-max-length',
  iopsReadMaxLength: 'iops-read-max-length',
  iopsWriteMaxLength: 'iops-write-max-length',
  iopsSize: 'iops-size',
};

/** A throttle group: the object, and the rates in QEMU's words. Disks of one group name the same object. */
export interface ThrottlePlan {
  readonly group: string;
  readonly limits: Readonly<Record<string, number>>;
  /** Whether this disk is the one whose options make the object. */
  readonly first: boolean;
}

/** @returns QEMU's ThrottleLimits. */
function throttleLimits(limits: DiskLimits): Record<string, number> {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([key, value]) =>
      key !== 'group' && isRate(key) && typeof value === 'number' ? [[qemuNames[key], value]] : [],
    ),
  );
}

function isRate(key: string): key is keyof typeof rates {
  return Object.hasOwn(rates, key);
}

/** The throttle groups of a VM: each is made by the first disk that names it. */
export class ThrottleGroups {
  private readonly made = new Set<string>();
  private readonly shared = new Map<string, Record<string, number>>();

  /** @param all every `limits` of the spec: one disk may say what another only joins. */
  constructor(all: readonly (DiskLimits | readonly DiskLimits[] | undefined)[]) {
    for (const limits of all.flatMap(listOf)) {
      if (limits.group === undefined) continue;
      this.shared.set(limits.group, { ...this.shared.get(limits.group), ...throttleLimits(limits) });
    }
  }

  of(limits: DiskLimits | readonly DiskLimits[] | undefined, id: string): ThrottlePlan[] {
    return listOf(limits).map((one, index) => {
      const group =
        one.group === undefined ? `${id}-limits${index === 0 ? '' : index}` : `vm-limits-${one.group}`;
      const first = !this.made.has(group);
      this.made.add(group);
      const own = one.group === undefined ? throttleLimits(one) : (this.shared.get(one.group) ?? {});
      return { group, limits: own, first };
    });
  }
}

export function listOf(limits: DiskLimits | readonly DiskLimits[] | undefined): readonly DiskLimits[] {
  return limits === undefined ? [] : isList(limits) ? limits : [limits];
}

function isList(limits: DiskLimits | readonly DiskLimits[]): limits is readonly DiskLimits[] {
  return Array.isArray(limits);
}
