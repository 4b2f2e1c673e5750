import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderTypes, type Selection } from '../../scripts/qmp-types/render.js';
import type { SchemaEntity } from '../../scripts/qmp-types/schema.js';
import { selection } from '../../scripts/qmp-types/selection.js';

const builtins: SchemaEntity[] = [
  { 'meta-type': 'builtin', name: 'str', 'json-type': 'string' },
  { 'meta-type': 'builtin', name: 'int', 'json-type': 'int' },
  { 'meta-type': 'builtin', name: 'bool', 'json-type': 'boolean' },
  { 'meta-type': 'builtin', name: 'null', 'json-type': 'null' },
  { 'meta-type': 'builtin', name: 'any', 'json-type': 'value' },
  { 'meta-type': 'object', name: '0', members: [] },
];

function render(entities: SchemaEntity[], wanted: Partial<Selection>) {
  const nothing = { commands: [], events: [], openCommands: [], laterRemoved: [], typeNames: {} };
  return renderTypes([...builtins, ...entities], { ...nothing, ...wanted }, '1.2.3');
}

/** Without the lines that every module begins with. */
function body(text: string): string {
  return text.slice(text.indexOf('export interface'));
}

describe('renderTypes', () => {
  it('types commands, events, enumerations, arrays and optional members', () => {
    const { text, missing } = render(
      [
        { 'meta-type': 'command', name: 'query-status', 'arg-type': '0', 'ret-type': '1' },
        { 'meta-type': 'command', name: 'list-it', 'arg-type': '2', 'ret-type': '[1]' },
        { 'meta-type': 'event', name: 'STOP', 'arg-type': '0' },
        { 'meta-type': 'event', name: 'NIC_MOVED', 'arg-type': '4' },
        { 'meta-type': 'array', name: '[1]', 'element-type': '1' },
        { 'meta-type': 'array', name: '[str]', 'element-type': 'str' },
        { 'meta-type': 'enum', name: '3', values: ['running', 'paused'] },
        {
          'meta-type': 'object',
          name: '1',
          members: [
            { name: 'status', type: '3' },
            { name: 'single-step', type: 'bool', features: ['deprecated'] },
          ],
        },
        {
          'meta-type': 'object',
          name: '2',
          members: [
            { name: 'path', type: '[str]' },
            { name: 'value', type: 'any', default: null },
          ],
        },
        { 'meta-type': 'object', name: '4', members: [{ name: 'state', type: '3' }] },
      ],
      {
        commands: ['query-status', 'list-it', 'not-there'],
        events: ['STOP', 'NIC_MOVED', 'NOR_THIS', 'query-status'],
        laterRemoved: ['StatusInfo.single-step'],
        typeNames: { 'list-it.item': 'StatusInfo' },
      },
    );
    expect(missing).toEqual(['not-there', 'NOR_THIS']);
    expect(text).toContain('from the query-qmp-schema of QEMU 1.2.3.');
    expect(body(text)).toBe(`export interface QmpCommands {
  'list-it': { arguments: ListItArguments; returns: StatusInfo[] };
  'query-status': { arguments: EmptyObject; returns: StatusInfo };
}

export interface QmpEvents {
  NIC_MOVED: NicMovedData;
  STOP: EmptyObject;
}

interface ListItArguments {
  path: string[];
  value?: JsonValue;
}

interface StatusInfo {
  status: StatusInfoStatus;
  /** @deprecated */
  'single-step'?: boolean;
}

interface NicMovedData {
  state: StatusInfoStatus;
}

type StatusInfoStatus = 'running' | 'paused';
`);
  });

  it('types variants and alternates, and ends where a type contains itself', () => {
    const { text } = render(
      [
        { 'meta-type': 'command', name: 'add', 'arg-type': '1', 'ret-type': '0' },
        {
          'meta-type': 'object',
          name: '1',
          tag: 'driver',
          members: [
            { name: 'driver', type: '2' },
            { name: 'node-name', type: 'str', default: null },
          ],
          variants: [
            { case: 'raw', type: '3' },
            { case: 'qcow2', type: '3' },
            { case: 'null', type: '0' },
          ],
        },
        { 'meta-type': 'enum', name: '2', values: ['raw', 'qcow2', 'null', 'zero'] },
        { 'meta-type': 'object', name: '3', members: [{ name: 'file', type: '4' }] },
        { 'meta-type': 'alternate', name: '4', members: [{ type: '1' }, { type: 'str' }, { type: 'null' }] },
      ],
      { commands: ['add'], openCommands: ['add'], typeNames: { 'add.arguments': 'Options' } },
    );
    expect(body(text)).toBe(`export interface QmpCommands {
  add: { arguments: Options & JsonObject; returns: EmptyObject };
}

export interface QmpEvents {
}

interface OptionsBase {
  'node-name'?: string;
}

type Options = OptionsBase & (
  | ({ driver: 'raw' | 'qcow2' } & OptionsRaw)
  | { driver: 'null' | 'zero' }
);

interface OptionsRaw {
  file: OptionsRawFile;
}

type OptionsRawFile = Options | string | null;
`);
  });

  it('gives different types different names', () => {
    const { text } = render(
      [
        { 'meta-type': 'event', name: 'A_B', 'arg-type': '1' },
        { 'meta-type': 'event', name: 'A-B', 'arg-type': '2' },
        { 'meta-type': 'object', name: '1', members: [{ name: 'x', type: 'int' }] },
        { 'meta-type': 'object', name: '2', members: [{ name: 'y', type: 'int' }] },
      ],
      { events: ['A_B', 'A-B'] },
    );
    expect(text).toContain('interface ABData {\n  y: number;\n}');
    expect(text).toContain('interface ABData2 {\n  x: number;\n}');
  });

  it('says which entity a schema lacks', () => {
    const add: SchemaEntity = { 'meta-type': 'command', name: 'add', 'arg-type': '9', 'ret-type': '0' };
    expect(() => render([add], { commands: ['add'] })).toThrow('The schema has no entity 9.');
  });
});

describe('the checked-in types', () => {
  const text = readFileSync(new URL('../../src/qmp/schema.generated.ts', import.meta.url), 'utf8');

  it('have every selected command and event', () => {
    const [, commands = '', events = ''] = text.split(/export interface Qmp(?:Commands|Events) \{\n/);
    const names = (map: string) => [
      ...map.slice(0, map.indexOf('}\n\n') + 1).matchAll(/^ {2}'?([\w-]+)'?: /gm),
    ];
    expect(names(commands).map(([, name]) => name)).toEqual([...selection.commands].sort());
    expect(names(events).map(([, name]) => name)).toEqual([...selection.events].sort());
  });

  it('use every name that the script hands back', () => {
    const declared = [...text.matchAll(/^(?:type|interface) (\w+) /gm)].map(([, name]) => name);
    expect(declared).toEqual(expect.arrayContaining(Object.values(selection.typeNames)));
  });
});
