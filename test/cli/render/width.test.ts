import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, pad, truncate } from '../../../src/cli/render/width.js';

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['demo', 4],
    ['größe', 5],
    ['gro\u0308ße', 5],
    ['日本', 4],
    ['한국', 4],
    ['🚀', 2],
    ['ｆ', 2],
    ['a\u200bb', 2],
  ])('%j takes %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });
});

describe('pad', () => {
  it('fills up to the cells asked for, on either side', () => {
    expect(pad('日', 4)).toBe('日  ');
    expect(pad('7', 3, 'right')).toBe('  7');
    expect(pad('longer', 3)).toBe('longer');
  });
});

describe('truncate', () => {
  it('marks what was cut', () => {
    expect(truncate('starting QEMU', 9)).toBe('starting…');
    expect(truncate('starting', 8)).toBe('starting');
    expect(truncate('日本語', 4)).toBe('日…');
    expect(truncate('abc', 0)).toBe('');
  });

  it('never takes more cells than allowed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, cells) => {
        expect(displayWidth(truncate(text, cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });
});
