/** Any wrong value at any key of a spec is refused with a SpecError, or compiles: nothing else is ever thrown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argv } from '../../src/command/argv.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import { explain } from '../../src/command/explain.js';
import { SpecError } from '../../src/spec/error.js';
import { specPlaces } from '../support/places.js';
import { plan } from '../support/planning.js';

const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  2,
  1.5,
  1e300,
  '',
  '1',
  'x',
  '-x',
  'auto',
  'none',
  '0-3',
  '1GiB',
  '/a,b=c',
  'a\nb',
  '\ud800',
  '52:54:00:00:00:01',
  '0000:01:00.0',
  '6f5c9f00-2c10-4d0e-8b41-111111111111',
  'ü'.repeat(300),
  [],
  {},
  ['x'],
  [1, 2],
  [null],
  [{}],
  { a: 1 },
];

function refusedOrCompiled(spec: unknown): void {
  try {
    const command = compileCommand(plan(JSON.stringify(spec)));
    argv(command);
    explain(command, () => undefined);
  } catch (error) {
    if (!(error instanceof SpecError) || error.issues.length === 0) throw error;
  }
}

const everyPlace = specPlaces().filter(({ path }) => path !== '');

describe('any value', () => {
  it('at any key is refused or compiled', () => {
    expect(everyPlace.length).toBeGreaterThan(1000);
    const tried = fc.tuple(fc.constantFrom(...everyPlace), fc.constantFrom(...values));
    fc.assert(
      fc.property(tried, ([{ spec }, value]) => refusedOrCompiled(spec(value))),
      { numRuns: 50 },
    );
  });
});
