import { describe, expect, it } from 'vitest';
import { type JsonSchema, specJsonSchema } from '../../src/spec/json-schema.js';
import { loadSpec } from '../../src/spec/load.js';
import { pathKeys } from '../../src/spec/paths.js';

/** Keys whose values have the bound of a path, and nothing else has it. */
function* pathsIn(schema: JsonSchema & { maxLength?: number }, key: string): Generator<string> {
  if (schema.maxLength === 4095) yield key;
  for (const [name, inner] of Object.entries(schema.properties ?? {}))
    yield* pathsIn(inner, key === '' ? name : `${key}.${name}`);
  for (const inner of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) yield* pathsIn(inner, key);
  if (schema.items) yield* pathsIn(schema.items, `${key}[]`);
}

describe('pathKeys', () => {
  it('are all the keys that the schema takes a path for', () => {
    // Forms of one value may have the same key.
    expect([...new Set(pathKeys)].sort()).toEqual([...new Set(pathsIn(specJsonSchema(), ''))].sort());
  });
});

describe('paths', () => {
  const kernel = (path: string) =>
    loadSpec({ file: '/vms/a.yaml', folder: '/vms', text: `boot: {kernel: ${JSON.stringify(path)}}` }).spec
      .boot.kernel;

  it.each([
    ['k', '/vms/k'],
    ['./k', '/vms/k'],
    ['../k', '/k'],
    ['/boot/k', '/boot/k'],
    ['~/k', '/vms/~/k'],
    ['a,b "c" =ż', '/vms/a,b "c" =ż'],
  ])('%s', (written, path) => {
    expect(kernel(written)).toBe(path);
  });

  it('are bounded once they are absolute', () => {
    expect(kernel(`/${'k'.repeat(4094)}`)).toHaveLength(4095);
    expect(() => kernel('k'.repeat(4094))).toThrow('is longer than a path can be (4095 characters)');
  });
});
