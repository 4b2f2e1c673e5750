import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelCpuList, kernelCpuMask, keyValues, kilobytes, wholeNumber } from '../../src/host/parse.js';
import { formatCpuList } from '../../src/units.js';

describe('wholeNumber', () => {
  it.each([
    ['0\n', 0],
    [' 42 ', 42],
    ['-1\n', null],
    ['', null],
    ['1.5', null],
    ['0x10', null],
    ['99999999999999999', null],
    [undefined, null],
  ])('%j is %j', (text, value) => expect(wholeNumber(text)).toBe(value));
});

describe('kernelCpuList', () => {
  it.each([
    ['0-3,8\n', [0, 1, 2, 3, 8]],
    ['8,0', [0, 8]],
    ['\n', []],
    ['\0', []],
    ['  (null)\n', null],
    [undefined, null],
  ])('%j is %j', (text, cpus) => expect(kernelCpuList(text)).toEqual(cpus));
});

describe('kernelCpuMask', () => {
  it.each([
    ['00000000,00000101\n', [0, 8]],
    ['fffff', Array.from({ length: 20 }, (_, cpu) => cpu)],
    ['1,00000000,80000000', [31, 64]],
    ['1,0', [32]],
    ['0', []],
    ['', null],
    ['xyz', null],
    [undefined, null],
  ])('%j is %j', (text, cpus) => expect(kernelCpuMask(text)).toEqual(cpus));

  it('names the same CPUs as the list', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 2000 })), (cpus) => {
        const bits = cpus.reduce((mask, cpu) => mask | (1n << BigInt(cpu)), 0n).toString(16);
        const padded = bits.padStart(Math.ceil(bits.length / 8) * 8, '0');
        const mask = padded.match(/.{8}/g)?.join(',');
        expect(kernelCpuMask(mask)).toEqual(kernelCpuList(formatCpuList(cpus)));
      }),
    );
  });
});

it('keyValues reads meminfo of the host and of a node', () => {
  expect(keyValues('MemTotal:   8 kB\nHugePages_Total:  3\nMemTotal: 9 kB\nnoise\n')).toEqual(
    new Map([
      ['MemTotal', '8 kB'],
      ['HugePages_Total', '3'],
    ]),
  );
  expect(keyValues('Node 12 MemTotal:  16772456 kB\n').get('MemTotal')).toBe('16772456 kB');
  expect(keyValues(undefined)).toEqual(new Map());
});

it('kilobytes are bytes', () => {
  expect([kilobytes('4 kB'), kilobytes('4'), kilobytes(undefined)]).toEqual([4096, null, null]);
});
