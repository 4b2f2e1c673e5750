import { expect, it } from 'vitest';
import { defaultDeadline } from '../../src/qmp/deadlines.js';

it.each([
  ['query-status', 10],
  ['query-something-new', 10],
  ['device_add', 60],
  ['block-commit', 120],
  ['object-add', 600],
  ['system_powerdown', 30],
  ['x-something-new', 30],
])('%s is given %d s', (command, seconds) => {
  expect(defaultDeadline(command)).toBe(seconds);
});
