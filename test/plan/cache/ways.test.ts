import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseWays, countWays, largestRun } from '../../../src/plan/cache/ways.js';

const mask = fc.integer({ min: 0, max: 0xffffffff });

function isRun(ways: number): boolean {
  return /^1*0*$/.test(ways.toString(2));
}

describe('chooseWays', () => {
  it('takes what nobody uses before what the default group uses', () => {
    expect(chooseWays(4, { all: 0xfffff, held: 0xe0000, ofDefault: 0x1ff00, ofHardware: 0 })).toBe(0xf0);
    expect(chooseWays(3, { all: 0x7ff, held: 0, ofDefault: 0x0f0, ofHardware: 0 })).toBe(0x700);
  });

  it('takes from the end, so that the default group stays in one piece', () => {
    expect(chooseWays(4, { all: 0xfffff, held: 0, ofDefault: 0xfffff, ofHardware: 0 })).toBe(0xf0000);
    expect(chooseWays(4, { all: 0xfffff, held: 0xf0000, ofDefault: 0xffff, ofHardware: 0 })).toBe(0xf000);
  });

  it('leaves the ways of hardware alone where others are left', () => {
    expect(chooseWays(4, { all: 0x7fff, held: 0, ofDefault: 0x7fff, ofHardware: 0x6000 })).toBe(0xf);
    expect(chooseWays(14, { all: 0x7fff, held: 0, ofDefault: 0x7fff, ofHardware: 0x6000 })).toBe(0x3fff);
  });

  it('finds nothing where too few are side by side', () => {
    expect(chooseWays(3, { all: 0xff, held: 0b00100100, ofDefault: 0xff, ofHardware: 0 })).toBeUndefined();
    expect(chooseWays(33, { all: 0xffffffff, held: 0, ofDefault: 0, ofHardware: 0 })).toBeUndefined();
  });

  it('gives as many as asked, side by side, that nobody holds, whenever there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 32 }),
        mask,
        mask,
        mask,
        mask,
        (count, all, held, ofDefault, ofHardware) => {
          const ways = chooseWays(count, { all, held, ofDefault, ofHardware });
          const free = (all & ~held) >>> 0;
          if (ways === undefined) return countWays(largestRun(free)) < count;
          return countWays(ways) === count && isRun(ways) && (ways & ~free) === 0;
        },
      ),
    );
  });
});

describe('largestRun', () => {
  it('is the longest, and of two as long the one that is preferred', () => {
    expect(largestRun(0)).toBe(0);
    expect(largestRun(0xffffffff)).toBe(0xffffffff);
    expect(largestRun(0b1101110)).toBe(0b1110);
    expect(largestRun(0b110011)).toBe(0b11);
    expect(largestRun(0b110011, 0b100000)).toBe(0b110000);
  });
});
