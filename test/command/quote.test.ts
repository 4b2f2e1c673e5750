import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json, keyValue, shellWord } from '../../src/command/quote.js';
import { parseKeyValue } from '../support/qemu-options.js';

describe('keyValue', () => {
  it('doubles the commas of a value and writes switches as on and off', () => {
    expect(
      keyValue('socket', { id: 'a', path: '/tmp/a,b', server: true, wait: false, skipped: undefined }),
    ).toBe('socket,id=a,path=/tmp/a,,b,server=on,wait=off');
  });

  it('lets no value add a member', () => {
    const value = fc.string({ unit: fc.constantFrom('a', ',', '=', ' ', '"', "'", 'ü', '-') });
    fc.assert(
      fc.property(value, value, (first, second) => {
        expect(parseKeyValue(keyValue(undefined, { first, second }))).toEqual([
          ['first', first],
          ['second', second],
        ]);
      }),
    );
  });
});

describe('json', () => {
  it('carries any string unchanged and leaves undefined members out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(json({ driver: text, none: undefined }))).toEqual({ driver: text });
      }),
    );
  });
});

describe('shellWord', () => {
  it('leaves harmless words bare and quotes the others', () => {
    expect(shellWord('q35,accel=tcg')).toBe('q35,accel=tcg');
    expect(shellWord('')).toBe("''");
    expect(shellWord("it's")).toBe("'it'\\''s'");
  });

  it('gives a shell back exactly the word', () => {
    const words = [
      '',
      ' ',
      "'",
      '"',
      '$HOME',
      '`id`',
      'a\nb',
      '\\',
      '*',
      '~',
      '!!',
      '#x',
      'ünï',
      "a'b'c",
      '-n',
      ';',
      '&&',
      '{"a":"b c"}',
    ];
    const script = `printf '%s\\0' ${words.map(shellWord).join(' ')}`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words);
  });
});
