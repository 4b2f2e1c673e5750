import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/spec/nearest.js';

const keys = [
  'name',
  'machine',
  'boot',
  'cpu',
  'placement',
  'memory',
  'ioThreads',
  'maxVcpus',
  'vcpus',
  'rng',
  'up',
  'down',
];

describe('nearest', () => {
  it.each([
    ['vcpu', 'vcpus'],
    ['vpcus', 'vcpus'],
    ['memroy', 'memory'],
    ['io_threads', 'ioThreads'],
    ['io-thread', 'ioThreads'],
    ['IOTHREADS', 'ioThreads'],
    ['max-vcpus', 'maxVcpus'],
    ['plcement', 'placement'],
    ['mem', 'memory'],
    ['rgn', 'rng'],
    ['uo', 'up'],
    ['donw', 'down'],
    ['cpus', 'cpu'],
  ])('%s → %s', (word, key) => {
    expect(nearest(word, keys)).toBe(key);
  });

  it.each(['flavour', 'x', '', '---', 'network', 'bo', 'vcpus'.repeat(100), 'ma'])('%s → nothing', (word) => {
    expect(nearest(word, keys)).toBeUndefined();
  });

  it('takes the first of equals and the nearest of several', () => {
    expect(nearest('bat', ['cat', 'hat'])).toBe('cat');
    expect(nearest('memori', ['memorial', 'memory'])).toBe('memory');
  });

  it('gives a candidate that is spelled alike', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), (word) => {
        expect(nearest(word.toUpperCase(), [`${word}xyz`, word])).toBe(word);
      }),
    );
  });

  it('finds a slip of one letter in a longer word', () => {
    const slip = fc.tuple(
      fc.stringMatching(/^[a-z]{5,12}$/),
      fc.nat(4),
      fc.constantFrom('drop', 'double', 'swap'),
    );
    fc.assert(
      fc.property(slip, ([word, at, kind]) => {
        const [before, letter, after] = [word.slice(0, at), word.slice(at, at + 1), word.slice(at + 1)];
        const wrong = {
          drop: before + after,
          double: before + letter + letter + after,
          swap: before + after.slice(0, 1) + letter + after.slice(1),
        };
        expect(nearest(wrong[kind], ['0123456789', word])).toBe(word);
      }),
    );
  });
});
