import { expect, it } from 'vitest';
import { Timings } from '../../src/cli/timings.js';

it('shows a row a step from the start of the process, and the sum', () => {
  const times = [61.25, 70, 1070.5];
  const timings = new Timings(() => times.shift() ?? Number.NaN);
  timings.done('plan');
  timings.done('place threads');
  expect(timings.render()).toBe(
    [
      'start Node and load vm      61.3 ms',
      'plan                         8.8 ms',
      'place threads             1000.5 ms',
      'all                       1070.5 ms',
    ].join('\n'),
  );
});
