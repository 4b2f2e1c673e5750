/** The folder dist/ as it is delivered: alone, without node_modules and package.json. */
import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { importGraph } from './support/import-graph.js';

const root = join(import.meta.dirname, '..');
let folder: string;
let command: string;

beforeAll(() => {
  const built = join(root, packageJson.bin.vm);
  if (!existsSync(built)) throw new Error(`There is no ${built}. Build first: npm run build`);
  folder = mkdtempSync(join(tmpdir(), 'vm-build-test-'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  command = join(folder, packageJson.bin.vm);
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, ...args: string[]): string {
  const env = { ...process.env, VM_RUNTIME_DIR: join(folder, 'run'), VM_STATE_DIR: join(folder, 'state') };
  return execFileSync(program, args, { cwd: folder, env, encoding: 'utf8' });
}

describe('the built command', () => {
  it('runs by itself and tells the version of package.json', () => {
    accessSync(command, constants.X_OK);
    expect(run(command, '--version')).toBe(`${packageJson.version}\n`);
  });

  it('prints the JSON Schema of specs', () => {
    expect(JSON.parse(run(command, 'schema'))).toMatchObject({ type: 'object', properties: { cpu: {} } });
  });

  it('loads no package for vm list, and does for vm schema', () => {
    const preload = join(folder, 'loaded.cjs');
    writeFileSync(
      preload,
      "process.on('exit', () => console.error(Object.keys(require.cache).join('\\n')));\n",
    );
    expect(packagesLoadedBy(preload, 'list', '--format', 'json')).toEqual([]);
    expect(packagesLoadedBy(preload, 'schema')).toContain('zod');
  });
});

/** The packages whose code is in the files that a verb loads: the bundler names the source of each module. */
function packagesLoadedBy(preload: string, ...args: string[]): string[] {
  const list = join(folder, 'loaded.txt');
  run(
    'sh',
    '-c',
    'list=$1; shift; exec "$@" 2>"$list" >/dev/null',
    'sh',
    list,
    'node',
    '--require',
    preload,
    command,
    ...args,
  );
  const files = readFileSync(list, 'utf8')
    .trim()
    .split('\n')
    .filter((file) => file !== preload);
  expect(files).toContain(command);
  const modules = files.flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/^\/\/.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//gm),
  ]);
  return [...new Set(modules.map((match) => match[1] ?? ''))].sort();
}

describe('the built library', () => {
  it('can be imported', () => {
    const names = (file: string) =>
      JSON.parse(
        run(
          'node',
          '--input-type=module',
          '-e',
          `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(file)}))))`,
        ),
      );
    expect(names(join(folder, 'dist/lib/index.mjs'))).toEqual(
      expect.arrayContaining(['VmError', 'compile', 'get', 'list', 'up']),
    );
    expect(names(join(folder, 'dist/lib/qmp.mjs'))).toEqual(
      expect.arrayContaining(['QmpClient', 'QmpError']),
    );
  });

  it('is where package.json says, with its types', () => {
    const { '.': main, './qmp': qmp } = packageJson.exports;
    const paths = [main, qmp].flatMap(({ types, default: code }) => [types, code]);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe.each(['cli', 'lib'])('dist/%s', (name) => {
  it('imports nothing but its own files and Node', () => {
    const files = readdirSync(join(folder, 'dist', name)).filter((file) => /\.[cm]js$/.test(file));
    const graph = importGraph(
      new Map(files.map((file) => [file, readFileSync(join(folder, 'dist', name, file), 'utf8')])),
    );
    const foreign = [...graph.values()]
      .flat()
      .filter(({ kind, target }) => kind !== 'file' && !isBuiltin(target));
    expect(foreign).toEqual([]);
  });

  it('has the licences of the packages in it', () => {
    const notices = readFileSync(join(folder, 'dist', name, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const part of ['zod', 'yaml'])
      expect(notices).toMatch(new RegExp(`^${part} [0-9.]+ \\((MIT|ISC)\\)$`, 'm'));
    expect(notices).not.toContain('undefined');
  });
});

it('has package.json name the command vm', () => {
  expect(Object.keys(packageJson.bin)).toEqual(['vm']);
  expect(basename(packageJson.bin.vm)).toBe('vm.cjs');
  expect(packageJson.files).toContain('dist');
});
