import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { type JsonSchema, specJsonSchema } from '../../src/spec/json-schema.js';
import { vmSpecSchema } from '../../src/spec/schema.js';
import { specTemplate } from '../../src/spec/template.js';

const root = join(import.meta.dirname, '../..');
const schema = specJsonSchema();

/** Every schema in a schema, with where it is. */
function* everySchema(node: JsonSchema, path = ''): Generator<[string, JsonSchema]> {
  yield [path, node];
  for (const [key, inner] of Object.entries(node.properties ?? {}))
    yield* everySchema(inner, `${path}.${key}`);
  for (const inner of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) yield* everySchema(inner, `${path}|`);
  if (node.items) yield* everySchema(node.items, `${path}[]`);
  if (typeof node.additionalProperties === 'object')
    yield* everySchema(node.additionalProperties, `${path}.*`);
}

describe('specJsonSchema', () => {
  it('is of draft 2020-12, with title and description', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.title).toBe('VM spec');
    expect(schema.description).not.toBe('');
  });

  it('has every key of the spec and extends, and requires none', () => {
    expect(Object.keys(schema.properties ?? {})).toEqual(['extends', ...Object.keys(vmSpecSchema.shape)]);
    expect(schema.required).toBeUndefined();
    expect(schema.additionalProperties).toBe(false);
  });

  it('tells defaults, ranges and choices', () => {
    const cpu = schema.properties?.cpu?.properties;
    expect(cpu?.vcpus).toMatchObject({ type: 'integer', minimum: 1, maximum: 4096, default: 1 });
    expect(schema.properties?.memory?.properties?.size).toMatchObject({ default: '1GiB' });
    expect(schema.properties?.machine?.properties?.accelerator?.enum).toEqual(['auto', 'kvm', 'tcg']);
    expect(schema.properties?.controllers?.items?.oneOf?.[1]?.required).toEqual(['type', 'id']);
  });

  it('takes unknown keys nowhere', () => {
    const open = [...everySchema(schema)].filter(
      ([, node]) => node.properties && node.additionalProperties !== false,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it('is what is in vm.schema.json: run `vm schema >vm.schema.json` where this fails', () => {
    expect(JSON.parse(readFileSync(join(root, 'vm.schema.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(schema)),
    );
  });

  it('takes the specs in vms and the template, and refuses what is wrong', () => {
    const check = z.fromJSONSchema(JSON.parse(JSON.stringify(schema)));
    const vms = readdirSync(join(root, 'vms')).filter((name) => name.endsWith('.yaml'));
    expect(vms.length).toBeGreaterThanOrEqual(3);
    for (const name of vms)
      expect(check.safeParse(parse(readFileSync(join(root, 'vms', name), 'utf8'))).success, name).toBe(true);
    expect(check.safeParse(parse(specTemplate('a'))).success).toBe(true);
    expect(check.safeParse({ cpu: { vcpu: 1 } }).success).toBe(false);
    expect(check.safeParse({ cpu: { vcpus: '1' } }).success).toBe(false);
    expect(check.safeParse({ networks: [{ type: 'nat' }] }).success).toBe(false);
  });
});
