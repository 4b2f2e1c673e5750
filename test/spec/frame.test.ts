import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeFrame } from '../../src/spec/frame.js';

describe('codeFrame', () => {
  it('shows the line, its neighbours and a caret', () => {
    expect(codeFrame('a: 1\nb:\n  c: 2\nd: 3\ne: 4\n', 3, 6)).toEqual([
      '  2 | b:',
      '> 3 |   c: 2',
      '    |      ^',
      '  4 | d: 3',
    ]);
  });

  it('shows the first and the last line', () => {
    expect(codeFrame('a: 1\nb: 2\n', 1, 1)).toEqual(['> 1 | a: 1', '    | ^', '  2 | b: 2']);
    expect(codeFrame('a: 1\nb: 2', 2, 4)).toEqual(['  1 | a: 1', '> 2 | b: 2', '    |    ^']);
  });

  it('aligns numbers of two lengths', () => {
    expect(codeFrame(`${'\n'.repeat(8)}nine\nten\n`, 9, 1)).toEqual([
      '   8 |',
      '>  9 | nine',
      '     | ^',
      '  10 | ten',
    ]);
  });

  it('puts the caret below tabs, wide and combining characters', () => {
    expect(codeFrame('\tä: 日本 x', 1, 8)).toEqual(['> 1 |   ä: 日本 x', '    |           ^']);
    expect(codeFrame('e\u0301: x', 1, 5)).toEqual(['> 1 | e\u0301: x', '    |    ^']);
    expect(codeFrame('😀: x', 1, 5)).toEqual(['> 1 | 😀: x', '    |     ^']);
  });

  it('escapes what would steer the terminal', () => {
    expect(codeFrame('a: \x1b[31m\u202e!\r\n', 1, 10)).toEqual([
      '> 1 | a: \\x1b[31m\\u202e!',
      '    |                  ^',
    ]);
  });

  it('cuts long lines around the place', () => {
    const [line, caret] = codeFrame(`${'a'.repeat(5000)}X${'b'.repeat(5000)}`, 1, 5001);
    expect(line).toBe(`> 1 | …${'a'.repeat(50)}X${'b'.repeat(49)}…`);
    expect(caret?.indexOf('^')).toBe(line?.indexOf('X'));
  });

  it('shows nothing of a line that is not there', () => {
    expect(codeFrame('a: 1\n', 7, 1)).toEqual([]);
  });

  it('is short and printable for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 500 }),
        (text, line, column) => {
          const frame = codeFrame(text, line, column);
          expect(frame.length).toBeLessThanOrEqual(4);
          expect(frame.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          expect(Math.max(0, ...frame.map(({ length }) => length))).toBeLessThan(1000);
        },
      ),
    );
  });
});
