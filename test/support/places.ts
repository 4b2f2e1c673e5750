/** Every place of a spec where a value can stand, found by walking the schema: a new key is in it as soon as it exists. */
import * as z from 'zod';
import { vmSpecSchema } from '../../src/spec/schema.js';

type Schema = z.core.$ZodTypes;
type Place = (value: unknown) => unknown;

export interface SpecPlace {
  /** `disks[].source(nbd).export`: the variant of a map that has some is in brackets. */
  readonly path: string;
  readonly schema: Schema;
  /** A spec with this value there, and around it what must be there. */
  readonly spec: Place;
}

/** What a key may be given that must be there, the first that it takes. */
const samples: readonly unknown[] = [
  '/a',
  'opt/a',
  'a',
  'auto',
  '0',
  '1GiB',
  '0000:01:00.0',
  '1234',
  'http://a/b',
  '6f5c9f00-2c10-4d0e-8b41-111111111111',
  'naa.5001405e88d9a4f2',
  1,
  5900,
  true,
  [],
  {},
];

export function specPlaces(): SpecPlace[] {
  return [...under(vmSpecSchema, '', (value) => value)];
}

const zod = (schema: z.core.$ZodType) => schema as Schema;
const takes = (schema: Schema, value: unknown) => z.safeParse(schema, value).success;

function* under(schema: Schema, path: string, spec: Place): Generator<SpecPlace> {
  yield { path, schema, spec };
  yield* inside(schema, path, spec);
}

/** Wrappers and unions are no places of their own. */
function* inside(schema: Schema, path: string, spec: Place): Generator<SpecPlace> {
  const { def } = schema._zod;
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      yield* inside(zod(def.innerType), path, spec);
      return;
    case 'pipe':
      yield* inside(zod(def.in), path, spec);
      return;
    case 'union':
      for (const option of def.options.map(zod)) {
        yield* inside(option, `${path}${variant(option)}`, spec);
      }
      return;
    case 'array':
      yield* under(zod(def.element), `${path}[]`, (value) => spec([value]));
      return;
    case 'tuple':
      for (const [index, item] of def.items.map(zod).entries()) {
        const others = def.items.map((other) => sample(zod(other)));
        yield* under(item, `${path}[${index}]`, (value) => spec(others.with(index, value)));
      }
      return;
    case 'record':
      yield* under(zod(def.valueType), `${path}.*`, (value) => spec({ [keyOf(zod(def.keyType))]: value }));
      return;
    case 'object':
      for (const [key, inner] of Object.entries(def.shape)) {
        const around = required(def.shape, key);
        yield* under(zod(inner), path === '' ? key : `${path}.${key}`, (value) =>
          spec({ ...around, [key]: value }),
        );
      }
      return;
    default:
    // A single value: nothing stands in it.
  }
}

function required(shape: Readonly<Record<string, z.core.$ZodType>>, but: string): object {
  const needed = Object.entries(shape).filter(([key, inner]) => key !== but && !takes(zod(inner), undefined));
  return Object.fromEntries(needed.map(([key, inner]) => [key, sample(zod(inner))]));
}

function sample(schema: Schema): unknown {
  const taken = samples.find((value) => takes(schema, value));
  const { def } = schema._zod;
  if (taken !== undefined) return taken;
  if (def.type === 'literal') return def.values[0];
  if (def.type === 'enum') return Object.values(def.entries)[0];
  if (def.type === 'array') return [sample(zod(def.element))];
  if (def.type === 'tuple') return def.items.map((item) => sample(zod(item)));
  if (def.type === 'object') return required(def.shape, '');
  if (def.type === 'union') return sample(zod(def.options[0] ?? schema));
  throw new Error(`places.ts knows no value for ${def.type}`);
}

const keyOf = (schema: Schema) => String(samples.find((value) => takes(schema, value)) ?? 'a');

/** Told apart by their `type`. */
function variant(schema: Schema): string {
  const { def } = schema._zod;
  const type = def.type === 'object' ? def.shape.type?._zod.values : undefined;
  const name = [...(type ?? [])].find((value) => value !== undefined);
  return name === undefined ? '' : `(${String(name)})`;
}
