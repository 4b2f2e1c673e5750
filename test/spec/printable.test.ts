import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyOf, escapeUnprintable, printable, shown } from '../../src/spec/printable.js';

describe('printable', () => {
  it.each([
    ['plain', '"plain"'],
    ['say "hi" \\', '"say \\"hi\\" \\\\"'],
    ['a\nb\tc', '"a\\nb\\tc"'],
    ['\x1b[31m', '"\\x1b[31m"'],
    ['\u202e\ud800', '"\\u202e\\ud800"'],
    ['zażółć 日本 😀', '"zażółć 日本 😀"'],
    ['x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['x'.repeat(41), `"${'x'.repeat(39)}…"`],
    ['😀'.repeat(41), `"${'😀'.repeat(39)}…"`],
  ])('%j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('never lets a control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        expect(escapeUnprintable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('shown', () => {
  it.each([
    [null, 'nothing'],
    [undefined, 'nothing'],
    ['a', '"a"'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [[], 'an empty list'],
    [[1, 2], 'a list of 2'],
    [{}, 'a map'],
  ])('%j', (value, expected) => {
    expect(shown(value)).toBe(expected);
  });
});

describe('anyOf', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a or b'],
    [['a', 'b', 'c'], 'a, b or c'],
  ])('%j', (words, expected) => {
    expect(anyOf(words)).toBe(expected);
  });
});
