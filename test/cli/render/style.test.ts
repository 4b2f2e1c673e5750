import { describe, expect, it } from 'vitest';
import { styleFor } from '../../../src/cli/render/style.js';

const red = '\x1b[31mx\x1b[39m';

describe('styleFor', () => {
  it.each([
    ['a terminal', true, {}, red],
    ['a pipe', false, {}, 'x'],
    ['a terminal and NO_COLOR', true, { NO_COLOR: '1' }, 'x'],
    ['a terminal and an empty NO_COLOR, which counts as unset', true, { NO_COLOR: '' }, red],
    ['a dumb terminal', true, { TERM: 'dumb' }, 'x'],
    ['a pipe and FORCE_COLOR', false, { FORCE_COLOR: '1' }, 'x'],
  ])('colours for %s', (_what, isTTY, env, expected) => {
    expect(styleFor({ isTTY }, env)('red', 'x')).toBe(expected);
  });
});
