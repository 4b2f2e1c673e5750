/** Any wrong value at any key of a spec is refused with a SpecError, or compiles: nothing else is ever thrown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argv } from '../../src/command/argv.js';
import { compileCommand } from '../../src/command/compile-plan.js';
import { explain } from '../../src/command/explain.js';
import { SpecError } from '../../src/spec/error.js';
import { specJsonSchema } from '../../src/spec/json-schema.js';
import { plan } from '../support/planning.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
}

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

/** What a key that must be there says, when another of its map is tried. */
const samples: Readonly<Record<string, unknown>> = {
  size: '64MiB',
  pci: '0000:01:00.0',
  mdev: '6f5c9f00-2c10-4d0e-8b41-111111111111',
  name: 'opt/a',
  tag: 't',
  hosts: ['a'],
  forwards: [],
  cpus: '0',
  memory: '1GiB',
  port: 5900,
  bytes: '1MiB',
};

type Place = (value: unknown) => unknown;

/** Every place in a spec that a value can stand at, each as what makes the spec around it. */
function* places(schema: Schema, path: string, place: Place): Generator<[string, Place]> {
  yield [path, place];
  for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])])
    yield* places(branch, `${path}`, place);
  if (schema.items) yield* places(schema.items, `${path}[]`, (value) => place([value]));
  const { properties = {}, required = [] } = schema;
  for (const [key, inner] of Object.entries(properties)) {
    const needed = required
      .filter((other) => other !== key)
      .map((other) => [other, sample(other, properties)]);
    const around = Object.fromEntries(needed) as Record<string, unknown>;
    yield* places(inner, `${path}.${key}`, (value) => place({ ...around, [key]: value }));
  }
}

function sample(key: string, properties: Readonly<Record<string, Schema>>): unknown {
  const schema = properties[key] ?? {};
  return schema.const ?? schema.enum?.[0] ?? samples[key] ?? '/a';
}

function refusedOrCompiled(spec: unknown): void {
  try {
    const command = compileCommand(plan(JSON.stringify(spec)));
    argv(command);
    explain(command, () => undefined);
  } catch (error) {
    if (!(error instanceof SpecError) || error.issues.length === 0) throw error;
  }
}

const { properties = {} } = specJsonSchema() as Schema;
const everyPlace = Object.entries(properties).flatMap(([section, schema]) => [
  ...places(schema, section, (value) => ({ [section]: value })),
]);

describe('any value', () => {
  it('at any key is refused or compiled', () => {
    expect(everyPlace.length).toBeGreaterThan(1000);
    const tried = fc.tuple(fc.constantFrom(...everyPlace), fc.constantFrom(...values));
    fc.assert(
      fc.property(tried, ([[, place], value]) => refusedOrCompiled(place(value))),
      { numRuns: 100 },
    );
  });
});
