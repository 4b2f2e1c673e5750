import { describe, expect, it } from 'vitest';
import { checkName } from '../../src/spec/name.js';

describe('checkName', () => {
  it.each(['a', 'demo', '0', 'a.b_c-d', 'x'.repeat(64)])('takes %s', (name) => {
    expect(checkName(name)).toBe(name);
  });

  it.each([
    ['', '""'],
    ['../x', '"../x"'],
    ['a,b', '"a,b"'],
    ['a\nb', '"a\\nb"'],
    ['demo\n', '"demo\\n"'],
    ['.', '"."'],
    ['-x', '"-x"'],
    ['ü', '"ü"'],
    ['a b', '"a b"'],
    ['\x1b[2J', '"\\x1b[2J"'],
    ['x'.repeat(200), `"${'x'.repeat(39)}…"`],
  ])('refuses %j', (name, shown) => {
    const wanted = { code: 'spec.name', exitCode: 2, message: `${shown} is no name of a VM` };
    expect(() => checkName(name)).toThrow(expect.objectContaining(wanted));
  });
});
