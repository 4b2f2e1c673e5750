/** What the default group of resctrl keeps when a VM takes ways for itself, and gets back after. Pure. */
import type { CacheWays } from './allocation.js';
import { largestRun, runAround } from './ways.js';

/** How a CPU wants its masks. */
export interface MaskRules {
  /** Whether ways need not be neighbours. */
  readonly sparse: boolean;
}

/** @param now the mask of the default group. */
export function withoutWays(now: number, taken: number, { sparse }: MaskRules): number {
  const left = (now & ~taken) >>> 0;
  return sparse ? left : largestRun(left);
}

/**
 * The default group gets back what it had before anybody took from it, but for what others still hold: also what a VM that ended before
 * could not give back, because the ways of this one lay between.
 * @param others ways of the live VMs in the same cache.
 */
export function withWaysAgain(
  now: number,
  { ofDefault }: Pick<CacheWays, 'ofDefault'>,
  others: readonly CacheWays[],
  { sparse }: MaskRules,
): number {
  const theirs = others.reduce((mask, ways) => (ways.ofDefault === null ? mask : mask | ways.mask), 0);
  const own = ((ofDefault ?? now) & ~theirs) >>> 0;
  return sparse ? (own | now) >>> 0 : runAround(now, (own | now) >>> 0);
}
