import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCpuList, readSize } from '../../src/libvirt/values.js';

describe('readSize', () => {
  it.each([
    ['1', 'b', 1],
    ['1', 'bytes', 1],
    ['219100', 'KiB', 219_100 * 1024],
    ['2', 'k', 2048],
    ['2', 'KB', 2000],
    ['1', 'G', 2 ** 30],
    ['1', 'TB', 1e12],
    ['9', 'EiB', undefined],
    ['-1', 'KiB', undefined],
    ['1', 'pages', undefined],
  ])('%s %s', (number, unit, bytes) => {
    expect(readSize(number, unit)).toBe(bytes);
  });
});

describe('readCpuList', () => {
  it.each([
    ['0-3,^1,8', [0, 2, 3, 8]],
    ['^1,1', [1]],
    ['5,3', [3, 5]],
    ['0-3,^0-3', undefined],
    ['', undefined],
    ['3-1', undefined],
    ['x', undefined],
    [Array.from({ length: 2000 }, () => '0-8191').join(','), undefined],
  ])('%.30s', (text, cpus) => {
    expect(readCpuList(text)).toEqual(cpus);
  });

  it('reads what it is given one by one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500), { minLength: 1 }), (cpus) => {
        expect(readCpuList(cpus.join(','))).toEqual([...cpus].sort((a, b) => a - b));
      }),
    );
  });
});
