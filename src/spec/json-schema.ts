/** The JSON Schema of a spec: for editors, for error messages, for `vm schema`. Pure. */
import * as z from 'zod';
import { vmSpecSchema } from './schema.js';

/** The keywords that zod writes for our schema (JSON Schema, draft 2020-12). */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What may be written in a spec, as JSON Schema, draft 2020-12. Made anew by each call, because it takes time that few commands need. */
export function specJsonSchema(): JsonSchema {
  // zod's own type of it lists each keyword as possibly undefined; those of draft 2020-12 are what it writes.
  const generated = z.toJSONSchema(vmSpecSchema, { io: 'input', target: 'draft-2020-12' }) as JsonSchema;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'VM spec',
    description: 'One VM for `vm up`. Every key but the few that are marked as required has a default.',
    ...withoutRequiredName(generated),
    properties: {
      extends: {
        type: 'string',
        description:
          'another spec that this one stands on, relative to this file: maps merge key by key, lists and single values replace what is below; `profile` stands below both',
      },
      ...generated.properties,
    },
  };
}

function withoutRequiredName({ required, ...schema }: JsonSchema): JsonSchema {
  const others = required?.filter((key) => key !== 'name') ?? [];
  return others.length > 0 ? { ...schema, required: others } : schema;
}
