import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { head } from '../../scripts/spec-docs/head.js';
import { renderSpecDocs } from '../../scripts/spec-docs/render.js';
import { type JsonSchema, specJsonSchema } from '../../src/spec/json-schema.js';

const root = join(import.meta.dirname, '../..');

const text: JsonSchema = { type: 'string' };
const port: JsonSchema = { type: 'integer', minimum: 1, maximum: 65535 };
const unbounded: JsonSchema = { type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 };
const limits: JsonSchema = {
  type: 'object',
  properties: { a: text, b: text, c: text, d: text },
  required: ['a'],
};

function variant(name: string, description: string, own: JsonSchema['properties']): JsonSchema {
  return {
    type: 'object',
    properties: { type: { type: 'string', const: name, description }, id: text, ...own },
    required: ['type'],
  };
}

const variants: JsonSchema = {
  oneOf: [variant('tcp', 'a port', { port }), variant('null', '', {})],
};

function bodyOf(properties: JsonSchema['properties']): string {
  const rendered = renderSpecDocs({ type: 'object', ...(properties && { properties }) });
  expect(rendered.startsWith(head)).toBe(true);
  return rendered.slice(head.length).trim();
}

const titles = '| Key | Value | Default | What |\n| --- | --- | --- | --- |';

describe('docs/spec.md', () => {
  it('is what the schema gives: run `npm run spec-docs` where this fails', () => {
    expect(readFileSync(join(root, 'docs/spec.md'), 'utf8')).toBe(renderSpecDocs(specJsonSchema()));
  });

  it('names every top-level key once, in the order of the schema', () => {
    const sections = [...renderSpecDocs(specJsonSchema()).matchAll(/^## `(.*)`$/gm)].map(([, name]) => name);
    expect(sections).toEqual(Object.keys(specJsonSchema().properties ?? {}));
  });
});

describe('renderSpecDocs', () => {
  it('shows single values as a sentence, and nested keys as a table', () => {
    const cpu: JsonSchema = {
      type: 'object',
      default: {},
      properties: {
        model: { type: 'string', default: 'host', description: 'a|b, *c* or `<d>`' },
        topology: {
          description: 'what it sees',
          anyOf: [{ const: 'auto' }, { type: 'object', properties: { cores: unbounded } }],
        },
        check: { type: 'boolean' },
        features: { type: 'object', additionalProperties: { anyOf: [{ type: 'boolean' }, text] } },
      },
      required: ['check'],
    };
    expect(bodyOf({ name: { ...text, description: 'of the VM' }, cpu })).toBe(`## \`name\`

Text. Of the VM.

## \`cpu\`

${titles}
| \`cpu.model\` | text | \`host\` | a\\|b, \\*c\\* or \`<d>\` |
| \`cpu.topology\` | \`auto\` or map | | what it sees |
| \`cpu.topology.cores\` | integer | | |
| \`cpu.check\` | \`true\` or \`false\` | required | |
| \`cpu.features\` | map of names to (\`true\`, \`false\` or text) | | |`);
  });

  it('writes keys of all types once, and those of one type into a part of their own', () => {
    const serial: JsonSchema = { type: 'array', default: [], items: variants, description: 'ports' };
    expect(bodyOf({ serial })).toBe(`## \`serial\`

List of maps; default: \`[]\`. Ports.

${titles}
| \`serial[].type\` | \`tcp\` or \`null\` | required | |
| \`serial[].id\` | text | | |

### \`serial[]\`, \`type: tcp\`

A port.

${titles}
| \`serial[].port\` | integer from 1 to 65535 | | |

### \`serial[]\`, \`type: null\`

No further keys.`);
  });

  it('refers to what was written out before', () => {
    const first = bodyOf({ serial: { type: 'array', items: variants } });
    expect(
      bodyOf({
        serial: { type: 'array', items: variants },
        usbPorts: { anyOf: [variants, { type: 'array', items: variants }] },
        disk: { anyOf: [limits, { type: 'array', items: limits }] },
      }),
    ).toBe(`${first}

## \`usbPorts\`

Map or list of maps.

${titles}
| \`usbPorts.type\` | \`tcp\` or \`null\` | required | |
| \`usbPorts.id\` | text | | |
| \`usbPorts[].*\` | | | the same keys as \`usbPorts.*\` |

\`usbPorts\` of type \`tcp\`, \`null\`: with the keys of [\`serial[]\`](#serial).

## \`disk\`

Map or list of maps.

${titles}
| \`disk.a\` | text | required | |
| \`disk.b\` | text | | |
| \`disk.c\` | text | | |
| \`disk.d\` | text | | |
| \`disk[].*\` | | | the same keys as \`disk.*\` |`);
  });
});
