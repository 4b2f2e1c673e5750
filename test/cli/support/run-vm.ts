/** The real command, bundled once a test file, in a world of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { collect, type Output } from './output.js';

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface World {
  /** An empty working directory. */
  readonly cwd: string;
  /** The folder that holds `vm`. */
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
  vm(args: readonly string[], options?: RunOptions): Result;
  /** The same, not waited for. */
  start(args: readonly string[]): { readonly child: ReturnType<typeof spawn>; readonly output: Output };
  remove(): void;
}

export async function makeWorld(): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), 'vm-cli-'));
  const cwd = join(root, 'cwd');
  const bin = join(root, 'bin');
  mkdirSync(cwd);
  const bundle = await rolldown({
    input: { vm: 'src/cli/main.ts' },
    platform: 'node',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    transform: { target: 'node20.19' },
  });
  await bundle.write({
    dir: bin,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
  });
  const script = join(bin, 'vm.cjs');
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: root,
    VM_RUNTIME_DIR: join(root, 'run'),
    VM_STATE_DIR: join(root, 'state'),
  };
  return {
    cwd,
    bin,
    env,
    vm(args, { input = '', env: more = {} } = {}) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
        cwd,
        env: { ...env, ...more },
        input,
        encoding: 'utf8',
        timeout: 30_000,
      });
      return { code: status, stdout, stderr };
    },
    start(args) {
      const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: 'pipe' });
      return { child, output: collect(child) };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
