import { describe, expect, it } from 'vitest';
import { defaultEscape, parseEscape } from '../../../src/cli/console/escape.js';
import { VmError } from '../../../src/errors.js';

describe('parseEscape', () => {
  it.each([
    ['^]', 0x1d, 'Ctrl-]'],
    ['Ctrl-]', 0x1d, 'Ctrl-]'],
    ['ctrl-a', 1, 'Ctrl-A'],
    ['Ctrl+Z', 26, 'Ctrl-Z'],
    ['^@', 0, 'Ctrl-@'],
    ['^\\', 0x1c, 'Ctrl-\\'],
    ['^^', 0x1e, 'Ctrl-^'],
    ['^_', 0x1f, 'Ctrl-_'],
  ])('%s is the byte %i', (text, byte, name) => {
    expect(parseEscape(text)).toEqual({ byte, name });
  });

  it('knows that none is none, and the default', () => {
    expect(parseEscape('none')).toBeNull();
    expect(parseEscape('^]')).toEqual(defaultEscape);
  });

  it.each(['', '^', ']', 'a', 'Ctrl-', 'Ctrl-aa', '^1', '^]\n', 'esc'])('refuses %j', (text) => {
    expect(() => parseEscape(text)).toThrow(VmError);
    expect(() => parseEscape(text)).toThrow('is no escape key');
  });
});
