/** Whatever is given as a spec is taken or refused, and soon. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/spec/error.js';
import { loadSpec } from '../../src/spec/load.js';
import type { SpecSource } from '../../src/spec/source.js';

const source = (text: string | Uint8Array): SpecSource => ({ file: '/vms/demo.yaml', folder: '/vms', text });
const load = (text: string) => loadSpec(source(text));

/** Whether a text is taken or refused as a spec; anything else is thrown on. */
function outcome(text: string): string {
  try {
    return JSON.stringify(load(text).spec);
  } catch (error) {
    if (error instanceof SpecError && error.issues.length > 0 && error.exitCode === 2) return 'refused';
    throw error;
  }
}

const sections = [
  'name',
  'machine',
  'boot',
  'cpu',
  'placement',
  'memory',
  'ioThreads',
  'disks',
  'networks',
  'serial',
  'qemu',
];
const keys = [
  'type',
  'vcpus',
  'topology',
  'size',
  'source',
  'ioThreads',
  'features',
  'forwards',
  '__proto__',
  'constructor',
  'toString',
];
const word = fc.oneof(
  fc.constantFrom('auto', 'none', 'user', '0-3', '1GiB', 'true', ''),
  fc.string({ unit: 'binary' }),
);
const leaf = fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const inner = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), word), tie('value'), { maxKeys: 5 }),
  ),
})).value;
const specLike = fc.dictionary(fc.oneof(fc.constantFrom(...sections), word), inner, { maxKeys: 6 });

describe('any input', () => {
  it('that is a JSON value is taken or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), inner, specLike),
        (value) => void outcome(JSON.stringify(value) ?? ''),
      ),
      { numRuns: 200 },
    );
  });

  it('that is any text is taken or refused', () => {
    const symbols = fc.constantFrom(
      ...'{}[]:,-?&*!|>\'"%@`# \n\t\\ab1',
      'cpu',
      'vcpus',
      ': ',
      '- ',
      '\r\n',
      '\u2028',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(symbols, { maxLength: 60 }), (parts) => void outcome(parts.join(''))),
      { numRuns: 500 },
    );
  });

  it('that is any bytes is taken or refused', () => {
    const refused = (bytes: Uint8Array) => {
      try {
        loadSpec(source(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(SpecError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), refused));
  });

  it('gives the same spec whatever the order of its keys', () => {
    const whole = {
      cpu: { vcpus: 4, topology: { cores: 2, threads: 2 } },
      placement: { vcpus: '1-4', reserve: '0' },
      memory: { size: '2GiB', hugepages: '2MiB' },
      disks: [{ source: '/a.img', ioThread: 0 }],
      ioThreads: 1,
      networks: [{ type: 'user', forwards: ['2222:22'] }],
    };
    const expected = load(JSON.stringify(whole)).spec;
    const shuffled = fc.shuffledSubarray(Object.entries(whole), { minLength: 6 });
    fc.assert(
      fc.property(shuffled, (entries) => {
        expect(load(JSON.stringify(Object.fromEntries(entries))).spec).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['deep lists', '['.repeat(1024 ** 2)],
    ['deep maps', '{a: '.repeat(20_000)],
    ['deep blocks', '- '.repeat(40_000)],
    ['many keys', Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['many lines', '\n'.repeat(1024 ** 2)],
    ['many errors', ']'.repeat(90_000)],
    ['many wrong escapes', `name: "${'\\q'.repeat(500_000)}"`],
    [
      'an alias bomb',
      [
        'a: &a [1,1,1,1,1,1,1,1,1]',
        ...[...'bcdefghij'].map(
          (key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghij'[index]}`)}]`,
        ),
      ].join('\n'),
    ],
    ['many CPUs', `placement: {vcpus: "${'0-8191,'.repeat(100_000)}0"}`],
    [
      'many lists of CPUs',
      `placement: {vcpus: {${Array.from({ length: 1000 }, (_, vcpu) => `${vcpu}: 0-8191`)}}}`,
    ],
    ['a long number', `cpu: {vcpus: ${'9'.repeat(500_000)}}`],
  ])('of %s is refused soon', (_, text) => {
    const start = performance.now();
    expect(outcome(text)).toBe('refused');
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
