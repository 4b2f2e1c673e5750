/** The walls of the house: docs/architecture.md says why they stand. */
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  findCycles,
  type ImportGraph,
  importGraph,
  parseSource,
  readSources,
  type Sources,
  visit,
} from './support/import-graph.js';

/** Same input, same output: no clock, no disk, no process. */
const pureRooms = ['command', 'devices', 'errors.ts', 'libvirt', 'networks', 'plan', 'spec', 'units.ts'];
const effectRooms = ['cli', 'host', 'index.ts', 'qemu', 'qmp', 'runtime'];
/** What a pure room may import from outside; nothing of it reaches the machine. */
const pureModules = ['node:crypto', 'node:path', 'saxes', 'yaml', 'zod'];
/** Globals that give a different answer each time, or reach the machine. */
const impureGlobals = [
  'console',
  'Date',
  'fetch',
  'performance',
  'process',
  'setImmediate',
  'setInterval',
  'setTimeout',
];
const generated = ['qmp/schema.generated.ts'];
const mostLines = 300;

function room(path: string): string {
  return path.slice(0, (path.indexOf('/') + 1 || path.length + 1) - 1);
}

function isPure(path: string): boolean {
  return pureRooms.includes(room(path));
}

/** Every import that an accepting function refuses, as `importer → imported`. */
function refusedImports(
  graph: ImportGraph,
  accept: (from: string, target: string, kind: string) => boolean,
): string[] {
  return [...graph].flatMap(([from, imports]) =>
    imports
      .filter(({ target, kind }) => !accept(from, target, kind))
      .map(({ target }) => `${from} → ${target}`),
  );
}

/** Each pure file imports only pure files and pure modules; so what it reaches over others is pure too. */
function effectsInPureRooms(graph: ImportGraph): string[] {
  return refusedImports(
    graph,
    (from, target, kind) =>
      !isPure(from) || (kind === 'file' ? isPure(target) : pureModules.includes(target)),
  );
}

function impureGlobalsInPureRooms(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const found: string[] = [];
    if (!isPure(path)) return found;
    visit(parseSource(path, text), (node) => {
      if (ts.isIdentifier(node) && impureGlobals.includes(node.text) && !isNameOf(node, node.parent)) {
        found.push(`${path}: ${node.text}`);
      }
      if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random')
        found.push(`${path}: Math.random`);
    });
    return found;
  });
}

/** Whether an identifier only names something: a property, a variable. */
function isNameOf(node: ts.Identifier, parent: ts.Node): boolean {
  return 'name' in parent && parent.name === node;
}

function importsOfCli(graph: ImportGraph): string[] {
  return refusedImports(graph, (from, target) => room(from) === 'cli' || room(target) !== 'cli');
}

/** It is exported on its own, so it leans on nothing but Node and the base of all errors. */
function foreignImportsOfQmp(graph: ImportGraph): string[] {
  return refusedImports(graph, (from, target, kind) => {
    if (room(from) !== 'qmp') return true;
    return kind === 'file' ? room(target) === 'qmp' || target === 'errors.ts' : target.startsWith('node:');
  });
}

function unresolvedImports(graph: ImportGraph): string[] {
  return refusedImports(graph, (_from, _target, kind) => kind !== 'unknown');
}

/** The packages that are loaded at once with these files: imports of types and dynamic imports load nothing then. */
function packagesLoadedWith(graph: ImportGraph, files: readonly string[]): string[] {
  const loaded = new Set(files);
  for (const file of loaded) {
    for (const { target, kind, typeOnly, dynamic } of graph.get(file) ?? []) {
      if (!typeOnly && !dynamic && !(kind === 'module' && target.startsWith('node:'))) loaded.add(target);
    }
  }
  return [...loaded].filter((target) => !graph.has(target));
}

function longFiles(sources: Sources): string[] {
  return [...sources]
    .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > mostLines && !generated.includes(path))
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

describe('src', () => {
  const sources = readSources(join(import.meta.dirname, '../src'));
  const graph = importGraph(sources);

  it('has no room that this test does not know', () => {
    const rooms = new Set([...sources.keys()].map(room));
    expect([...rooms].filter((name) => ![...pureRooms, ...effectRooms].includes(name))).toEqual([]);
    expect(pureRooms.filter((name) => !rooms.has(name))).toEqual([]);
  });

  it('imports only what is there and is written out', () => {
    expect(unresolvedImports(graph)).toEqual([]);
  });

  it('keeps effects out of the pure rooms', () => {
    expect(effectsInPureRooms(graph)).toEqual([]);
    expect(impureGlobalsInPureRooms(sources)).toEqual([]);
  });

  it('imports cli/ from nowhere else', () => {
    expect(importsOfCli(graph)).toEqual([]);
  });

  it('has no import cycle, types and dynamic imports included', () => {
    expect(findCycles(graph).map((cycle) => cycle.join(' → '))).toEqual([]);
  });

  it('builds the QMP client on Node and errors.ts alone', () => {
    expect(foreignImportsOfQmp(graph)).toEqual([]);
  });

  it('starts vm list and vm status without any package', () => {
    const files = ['cli/main.ts', 'cli/commands/list.ts', 'cli/commands/status.ts'];
    expect(files.filter((file) => !graph.has(file))).toEqual([]);
    expect(packagesLoadedWith(graph, files)).toEqual([]);
  });

  it(`has no file of more than ${mostLines} lines`, () => {
    expect(longFiles(sources)).toEqual([]);
  });
});

describe('these checks', () => {
  const bad: Sources = new Map([
    ['spec/load.ts', "import { readFileSync } from 'node:fs';\nexport const at = Date.now();\n"],
    ['plan/lazy.ts', "export const wire = () => import('../qmp/wire.js');\n"],
    [
      'plan/type.ts',
      "export type Client = import('../qmp/client.js').Client;\nexport const dice = Math.random();\n",
    ],
    ['plan/twice.ts', "export * from '../spec/load.js';\nimport type { T } from './twice-too.js';\n"],
    ['plan/twice-too.ts', "export type { T } from './twice.js';\n"],
    ['command/computed.ts', 'export const load = (name: string) => import(name);\n'],
    ['devices/lost.ts', "import { lost } from './nowhere.js';\nexport const process = lost.process;\n"],
    ['qmp/client.ts', "import type { Spec } from '../spec/load.js';\nimport { execa } from 'execa';\n"],
    [
      'qmp/wire.ts',
      "import { createConnection } from 'node:net';\nimport { VmError } from '../errors.js';\n",
    ],
    ['runtime/say.ts', "const { tell } = require('../cli/output.js');\n"],
    ['cli/output.ts', "import { VmError } from '../errors.js';\n"],
    ['errors.ts', 'export class VmError {}\n'],
    ['units.ts', '\n'.repeat(mostLines + 1)],
  ]);
  const graph = importGraph(bad);

  it('find effects in pure rooms', () => {
    expect(effectsInPureRooms(graph)).toEqual([
      'spec/load.ts → node:fs',
      'plan/lazy.ts → qmp/wire.ts',
      'plan/type.ts → qmp/client.ts',
      'command/computed.ts → a computed path',
      'devices/lost.ts → ./nowhere.js',
    ]);
    expect(impureGlobalsInPureRooms(bad)).toEqual(['spec/load.ts: Date', 'plan/type.ts: Math.random']);
  });

  it('find imports of cli/, foreign imports of qmp/ and imports that lead nowhere', () => {
    expect(importsOfCli(graph)).toEqual(['runtime/say.ts → cli/output.ts']);
    expect(foreignImportsOfQmp(graph)).toEqual(['qmp/client.ts → spec/load.ts', 'qmp/client.ts → execa']);
    expect(unresolvedImports(graph)).toEqual([
      'command/computed.ts → a computed path',
      'devices/lost.ts → ./nowhere.js',
    ]);
  });

  it('find cycles, of types too', () => {
    expect(findCycles(graph)).toEqual([['plan/twice.ts', 'plan/twice-too.ts', 'plan/twice.ts']]);
  });

  it('find packages that are loaded at start', () => {
    expect(packagesLoadedWith(graph, ['qmp/wire.ts', 'plan/lazy.ts'])).toEqual([]);
    expect(packagesLoadedWith(graph, ['qmp/client.ts'])).toEqual(['execa']);
  });

  it('find long files', () => {
    expect(longFiles(bad)).toEqual([`units.ts: ${mostLines + 1} lines`]);
  });
});
