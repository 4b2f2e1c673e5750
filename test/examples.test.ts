/** The examples are run as they are, on the built command and library, the TypeScript one as a package of its own. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const builtCommand = join(root, packageJson.bin.vm);
const modules = join(root, 'node_modules');
let folder: string;

/** Runs a program to its end; a failure shows what it said. */
function run(program: string, args: readonly string[]): string {
  const PATH = `${join(folder, 'bin')}:${process.env.PATH}`;
  const options = { cwd: folder, env: { ...process.env, PATH }, encoding: 'utf8', timeout: 120_000 } as const;
  const { status, stdout, stderr, error } = spawnSync(program, args, options);
  if (error !== undefined || status !== 0)
    throw new Error(`${program} ended with ${status}:\n${stdout}${stderr}`, { cause: error });
  return stdout;
}

/** A project that has installed the package: its types and its code come from dist/. */
function makeConsumer(): void {
  const scope = join(folder, 'node_modules', dirname(packageJson.name));
  mkdirSync(scope, { recursive: true });
  symlinkSync(root, join(scope, 'vm'));
  symlinkSync(join(modules, '@types'), join(folder, 'node_modules/@types'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  copyFileSync(join(root, 'examples/lifecycle.ts'), join(folder, 'lifecycle.ts'));
}

beforeAll(() => {
  if (!existsSync(builtCommand)) throw new Error(`There is no ${builtCommand}. Build first: npm run build`);
  folder = mkdtempSync('/tmp/vm-examples-test-');
  mkdirSync(join(folder, 'bin'));
  symlinkSync(builtCommand, join(folder, 'bin/vm'));
  makeConsumer();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The code blocks of one language in these documents. */
function codeBlocks(language: string, documents: readonly string[]): string[] {
  return documents.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
      (match) => match[1] ?? '',
    );
  });
}

function leftovers(): string[] {
  return readdirSync('/tmp').filter((name) => /^vm-example[-.]/.test(name));
}

describe('examples', () => {
  it('lifecycle.sh runs on the built command under TCG', () => {
    const before = leftovers();
    const lines = run(join(root, 'examples/lifecycle.sh'), []).trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^QEMU: \S*qemu-system-x86_64, \d+ arguments$/),
      'example: running, 67108864 bytes',
      'state: running',
      expect.stringMatching(/^vCPU 0: thread \d+, CPUs \d+(,\d+)*$/),
      expect.stringMatching(/^vCPU 1: thread \d+, CPUs \d+(,\d+)*$/),
      'state: paused',
      ...lines.filter((line) => /^event: [A-Z_]+$/.test(line)),
      'exit code of vm status: 6',
    ]);
    expect(lines).toContain('event: SHUTDOWN');
    expect(leftovers()).toEqual(before);
  });

  it('lifecycle.ts runs on the built library under TCG', () => {
    const before = leftovers();
    const lines = run(join(modules, '.bin/tsx'), ['lifecycle.ts']).trimEnd().split('\n');
    expect(lines[0]).toBe('example is running under tcg');
    expect(
      lines.filter((line) => /^thread \d+ \(.+\) may run on CPUs \d+(, \d+)*$/.test(line)).length,
    ).toBeGreaterThan(2);
    expect(lines).toContain('QEMU has 2 vCPUs');
    expect(lines).toContainEqual(expect.stringMatching(/^event: SHUTDOWN \{.*"reason":"host-qmp-quit"/));
    expect(lines).toContain('example is down (quit)');
    expect(leftovers()).toEqual(before);
  });
});

describe('what the documents show', () => {
  it('has specs that vm validate takes', () => {
    const specs = codeBlocks('yaml', ['README.md']);
    expect(specs).not.toEqual([]);
    mkdirSync(join(folder, 'vms'));
    for (const [index, spec] of specs.entries()) {
      writeFileSync(join(folder, `vms/shown${index}.yaml`), spec);
      expect(run('vm', ['validate', `shown${index}`])).toBe(`shown${index}: ok\n`);
    }
  });

  it('has TypeScript that compiles against the declarations of the package, as the example does', () => {
    const shown = codeBlocks('ts', ['README.md', 'docs/scripting.md']);
    expect(shown.length).toBeGreaterThan(2);
    const wrong = [
      "import type { QmpClient } from '@multiverse/vm/qmp';",
      'declare const client: QmpClient;',
      '// @ts-expect-error: there is no such command',
      "await client.execute('query-cpus-quick');",
      '// @ts-expect-error: it takes an id',
      "await client.execute('device_del', { name: 'net0' });",
      "const state: string = (await client.execute('query-status')).status;",
      '// @ts-expect-error: it is no number',
      'const running: number = state;',
      'export { running };',
    ];
    const files = [...shown, wrong.join('\n')].map((text, index) => {
      writeFileSync(join(folder, `shown${index}.ts`), text);
      return `shown${index}.ts`;
    });
    const strict = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noUncheckedIndexedAccess',
      '--skipLibCheck',
    ];
    const target = ['--target', 'es2022', '--module', 'nodenext', '--types', 'node'];
    run(join(modules, '.bin/tsc'), [...strict, ...target, 'lifecycle.ts', ...files]);
  });
});
