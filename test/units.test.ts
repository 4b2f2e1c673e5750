import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCpuList,
  formatCpuMask,
  formatDuration,
  formatRoughBytes,
  parseBytes,
  parseCpuList,
  parseDuration,
} from '../src/units.js';

const GIB = 1024 ** 3;

describe('parseBytes', () => {
  it.each([
    ['0B', 0],
    ['512B', 512],
    ['1KiB', 1024],
    ['256MiB', 256 * 1024 ** 2],
    ['16GiB', 16 * GIB],
    ['2TiB', 2048 * GIB],
    ['1.5GiB', 1.5 * GIB],
    ['4 GiB', 4 * GIB],
    [' 4GiB ', 4 * GIB],
    ['4G', 4 * GIB],
    ['512m', 512 * 1024 ** 2],
    ['8191TiB', 8191 * 1024 * GIB],
  ])('%s', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each([
    '',
    '1024',
    'GiB',
    '4GB',
    '4gib',
    '-1GiB',
    '+1GiB',
    '1e3MiB',
    '1.GiB',
    '.5GiB',
    '0.3B',
    '8192TiB',
    '1GiB1',
    '1,5GiB',
    'NaNB',
    '٣GiB',
  ])('refuses %j', (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });

  it('reads what formatBytes writes', () => {
    const bytes = fc.oneof(
      fc.maxSafeNat(),
      fc.tuple(fc.nat(1024), fc.nat(4)).map(([count, power]) => count * 1024 ** power),
    );
    fc.assert(
      fc.property(bytes, (count) => {
        expect(parseBytes(formatBytes(count))).toBe(count);
      }),
    );
  });

  it('never gives anything but a whole number of bytes', () => {
    const text = fc
      .tuple(fc.stringMatching(/^\d{1,20}(\.\d{1,20})?$/), fc.constantFrom('B', 'KiB', 'M', 'GiB', 't'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (written) => {
        const bytes = parseBytes(written) ?? 0;
        expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
      }),
    );
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0B'],
    [1, '1B'],
    [1023, '1023B'],
    [1536, '1536B'],
    [2048, '2KiB'],
    [1.5 * GIB, '1536MiB'],
    [16 * GIB, '16GiB'],
    [1024 * GIB, '1TiB'],
  ])('%d', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatRoughBytes', () => {
  it.each([
    [0, '0B'],
    [1023, '1023B'],
    [1.5 * GIB, '1.5GiB'],
    [GIB - 1, '1024MiB'],
    [62.84 * GIB, '62.8GiB'],
  ])('%d', (bytes, text) => {
    expect(formatRoughBytes(bytes)).toBe(text);
  });
});

describe('parseDuration', () => {
  it.each([
    ['500ms', 0.5],
    ['60s', 60],
    ['1.5m', 90],
    ['5 m', 300],
    ['2h', 7200],
    ['0s', 0],
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', '60', 's', '-1s', '1d', '1e3s', '1s 2s', '1.s', 'Infinitys'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads whole numbers of each unit', () => {
    const units = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[])),
        (count, unit) => {
          expect(parseDuration(`${count}${unit}`)).toBe(count * units[unit]);
        },
      ),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [0.9, '0s'],
    [-5, '0s'],
    [45, '45s'],
    [60, '1m'],
    [200, '3m 20s'],
    [7500, '2h 5m'],
    [7205, '2h'],
    [86_400, '1d'],
    [12 * 86_400 + 4 * 3600 + 59, '12d 4h'],
  ])('%d', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('loses less than the smaller of the two units that it shows', () => {
    const lost = { d: 86_400, h: 3600, m: 60, s: 1 } as const;
    fc.assert(
      fc.property(fc.nat(10_000_000), (seconds) => {
        const parts = formatDuration(seconds).split(' ');
        const read = parts.map(
          (part) => Number.parseInt(part, 10) * lost[part.slice(-1) as keyof typeof lost],
        );
        const first = parts[0]?.slice(-1) as keyof typeof lost;
        const smaller = { d: 3600, h: 60, m: 1, s: 1 }[first];
        const total = read.reduce((sum, value) => sum + value, 0);
        expect(seconds - total).toBeGreaterThanOrEqual(0);
        expect(seconds - total).toBeLessThan(smaller);
      }),
    );
  });
});

describe('parseCpuList', () => {
  it.each([
    ['', []],
    ['0', [0]],
    ['0-3,8', [0, 1, 2, 3, 8]],
    ['8,0-1', [8, 0, 1]],
    [' 1 - 2 , 4', undefined],
    [' 1-2 , 4 ', [1, 2, 4]],
    ['1-3,2-4', [1, 2, 3, 4]],
    ['5-5', [5]],
    ['8191', [8191]],
  ])('%j', (text, cpus) => {
    expect(parseCpuList(text)).toEqual(cpus);
  });

  it.each([
    '3-1',
    '1,',
    ',1',
    '1,,2',
    '-1',
    '1-',
    'a',
    '1.5',
    '0x3',
    '8192',
    '0-99999',
    '1:2',
    '0-8191,'.repeat(10_000),
    '0-8191,0-8191,0',
  ])('refuses %j', (text) => {
    expect(parseCpuList(text)).toBeUndefined();
  });

  const cpus = fc.uniqueArray(fc.nat(300), { maxLength: 60 });

  it('keeps the order, and drops repeats', () => {
    fc.assert(
      fc.property(cpus, (list) => {
        expect(parseCpuList(list.join(','))).toEqual(list);
        expect(parseCpuList([...list, ...list].join(','))).toEqual(list);
      }),
    );
  });

  it('reads what formatCpuList writes, sorted', () => {
    fc.assert(
      fc.property(cpus, (list) => {
        expect(parseCpuList(formatCpuList(list))).toEqual([...list].sort((a, b) => a - b));
      }),
    );
  });
});

describe('formatCpuList', () => {
  it.each([
    [[], ''],
    [[3], '3'],
    [[8, 3, 2, 1, 0], '0-3,8'],
    [[1, 1, 2], '1-2'],
    [[0, 2, 4], '0,2,4'],
    [[10, 9, 2], '2,9-10'],
  ])('%j', (list, text) => {
    expect(formatCpuList(list)).toBe(text);
  });

  it('is the same for any order and any repeats', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100)), (list) => {
        expect(formatCpuList([...list, ...list].reverse())).toBe(formatCpuList(list));
      }),
    );
  });
});

it('formatCpuMask writes words of 32 bits, the highest first', () => {
  expect([[0], [1, 2], [31], [32], [0, 35, 64]].map(formatCpuMask)).toEqual([
    '1',
    '6',
    '80000000',
    '1,00000000',
    '1,00000008,00000001',
  ]);
});
