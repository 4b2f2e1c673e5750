/** Ways of a cache as bits of a mask: which are free, and which of them to take. Pure. Masks have at most 32 bits. */

export function countWays(mask: number): number {
  let count = 0;
  for (let rest = mask >>> 0; rest !== 0; rest >>>= 1) count += rest & 1;
  return count;
}

/** `count` ways from this one up. */
function runAt(start: number, count: number): number {
  return (2 ** (start + count) - 2 ** start) >>> 0;
}

function contains(mask: number, part: number): boolean {
  return (mask & part) >>> 0 === part;
}

/** The most neighbouring ways; of several as many, those that hold most of `preferred`, then the lowest. */
export function largestRun(mask: number, preferred = 0): number {
  let best = 0;
  for (let start = 0; start < 32; start++) {
    for (let count = countWays(mask); count > 0 && start + count <= 32; count--) {
      const run = runAt(start, count);
      if (!contains(mask, run)) continue;
      const more =
        countWays(run) - countWays(best) || countWays(run & preferred) - countWays(best & preferred);
      if (more > 0) best = run;
      break;
    }
  }
  return best;
}

/** What the ways of one cache are used for now. */
export interface WaysInUse {
  /** All that there are. */
  readonly all: number;
  /** Held by groups of others: never taken. */
  readonly held: number;
  /** The default group's, where the host's own programs are. */
  readonly ofDefault: number;
  /** Used by hardware too (`shareable_bits`). */
  readonly ofHardware: number;
}

/**
 * Chooses neighbouring ways: such that nothing else uses them, if there are; else fewest of the hardware's, then fewest of the default
 * group's; and so that what is left to the default group stays in one piece.
 * @returns undefined if there are not as many side by side that nobody holds.
 */
export function chooseWays(
  count: number,
  { all, held, ofDefault, ofHardware }: WaysInUse,
): number | undefined {
  const free = (all & ~held) >>> 0;
  const worth = (run: number): number[] => [
    -countWays(run & ofHardware),
    -countWays(run & ofDefault),
    countWays(largestRun((ofDefault & ~run & ~held) >>> 0)),
    run,
  ];
  let best: number | undefined;
  for (let start = 0; start + count <= 32; start++) {
    const run = runAt(start, count);
    if (contains(free, run) && (best === undefined || isMore(worth(run), worth(best)))) best = run;
  }
  return best;
}

/** By the first that differs. */
function isMore(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, position) => value !== b[position]);
  return index !== -1 && (a[index] ?? 0) > (b[index] ?? 0);
}

/** The neighbours in `mask` of these ways, and the ways themselves. */
export function runAround(part: number, mask: number): number {
  let run = part >>> 0;
  for (;;) {
    const wider = (run | ((run << 1) & mask) | ((run >>> 1) & mask)) >>> 0;
    if (wider === run) return run;
    run = wider;
  }
}
