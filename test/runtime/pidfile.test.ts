import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLocks } from '../../src/runtime/pidfile.js';

describe('parseLocks', () => {
  it('finds who holds a POSIX write lock on which inode', () => {
    const text = [
      '1: POSIX  ADVISORY  WRITE 1234 fd:00:5678 0 EOF',
      '2: FLOCK  ADVISORY  WRITE 99 08:01:11 0 EOF',
      '3: POSIX  ADVISORY  READ  98 08:01:12 0 EOF',
      '3: -> POSIX  ADVISORY  WRITE 97 08:01:12 0 EOF',
      '4: OFDLCK ADVISORY  WRITE -1 08:01:13 0 EOF',
      '5: POSIX  ADVISORY  WRITE 0 08:01:14 0 EOF',
      '6: POSIX  MANDATORY WRITE 7 00:2b:9007199254740991 10 20',
      '7: POSIX  ADVISORY  WRITE 1235 fd:01:5678 0 0',
      '',
    ].join('\n');
    expect([...parseLocks(text)]).toEqual([
      [5678, [1234, 1235]],
      [Number.MAX_SAFE_INTEGER, [7]],
    ]);
  });

  it('takes any text', () => {
    expect(parseLocks('').size).toBe(0);
    fc.assert(fc.property(fc.string(), (text) => void parseLocks(text)));
  });
});
