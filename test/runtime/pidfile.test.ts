import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lockHolder, parseLocks } from '../../src/runtime/pidfile.js';
import { makePlace } from './support.js';

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

describe('lockHolder', () => {
  it('is the process that has this file open, and not one that locked a file of the same number elsewhere', async () => {
    const place = makePlace();
    const path = join(place.folder, 'qemu.pid');
    writeFileSync(path, '');
    const holding = (file: string) =>
      spawn('sh', ['-c', 'exec 9<"$1"; echo; exec sleep 60', 'sh', file], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const [other, holder] = [holding('/dev/null'), holding(path)];
    await Promise.all([other, holder].map(({ stdout }) => once(stdout, 'data')));
    const row = ({ pid }: { readonly pid?: number | undefined }) =>
      `1: POSIX  ADVISORY  WRITE ${pid} 00:2b:${statSync(path).ino} 0 EOF\n`;
    expect(lockHolder(path, row(other))).toBeUndefined();
    expect(lockHolder(path, row(other) + row(holder))).toMatchObject({ pid: holder.pid });
    expect(lockHolder(`${path}2`, row(holder))).toBeUndefined();
    other.kill('SIGKILL');
    holder.kill('SIGKILL');
    await place.clear();
  });
});
