import { expect, it } from 'vitest';
import { plain } from '../../../src/cli/render/style.js';
import { renderVerification } from '../../../src/cli/render/verify.js';
import type { Check, Verification } from '../../../src/index.js';

const check = (id: string, status: Check['status'], advice: string | null = null): Check => ({
  id,
  status,
  promise: `promise of ${id}`,
  found: `found for ${id}`,
  advice,
});

const web: Verification = {
  name: 'web',
  ok: false,
  checks: [
    check('a', 'pass'),
    check('b', 'fail', 'Mend it.'),
    check('c', 'skip'),
    check('d', 'skip', 'Switch it on.'),
  ],
  notes: [],
};

it('shows what is broken, and what could be better, with what to do', () => {
  expect(renderVerification(web, plain, false)).toBe(`fail  b  promise of b
      found for b
      Mend it.
skip  d  promise of d
      found for d
      Switch it on.
web does not keep 1: 1 kept, 1 broken, 2 not to be judged.
`);
});

it('shows all of it on request, and one line where all is well', () => {
  expect(renderVerification(web, plain, true).match(/^(pass|fail|skip)/gm)).toEqual([
    'pass',
    'fail',
    'skip',
    'skip',
  ]);
  expect(renderVerification({ ...web, ok: true, checks: [check('a', 'pass')] }, plain, false)).toBe(
    'web keeps every promise: 1 kept, 0 broken, 0 not to be judged.\n',
  );
});
