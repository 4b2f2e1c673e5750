import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatKey, parseKey } from '../../src/spec/key.js';

describe('keys', () => {
  it.each([
    ['cpu', ['cpu']],
    ['cpu.vcpus', ['cpu', 'vcpus']],
    ['disks[0].cache', ['disks', 0, 'cache']],
    ['placement.ioThreads[1][2]', ['placement', 'ioThreads', 1, 2]],
    ['placement.vcpus.0', ['placement', 'vcpus', '0']],
    ['cpu.features["a b"]', ['cpu', 'features', 'a b']],
  ])('%s', (text, path) => {
    expect(parseKey(text)).toEqual(path);
    expect(formatKey(path)).toBe(text);
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a[',
    'a[x]',
    'a[0',
    'a[-1]',
    '[0]',
    'a b',
    'a=b',
    'a[0]b',
    'a'.repeat(1025),
  ])('no key: %s', (text) => {
    expect(parseKey(text)).toBeUndefined();
  });

  it('are the same after a round trip', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
    const path = fc
      .tuple(name, fc.array(fc.oneof(name, fc.nat(99_999)), { maxLength: 5 }))
      .map(([first, rest]) => [first, ...rest]);
    fc.assert(
      fc.property(path, (parts) => {
        expect(parseKey(formatKey(parts))).toEqual(parts);
      }),
    );
  });
});
