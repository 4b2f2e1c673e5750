import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ChunkingContext, defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

const nodeModules = path.join(process.cwd(), 'node_modules');

/** The folder of the package that a bundled module is from; undefined for our own. */
function packageFolder(module: string): string | undefined {
  const inside = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(module)?.[0];
  return inside !== undefined && existsSync(path.join(inside, 'package.json')) ? inside : undefined;
}

interface Manifest {
  name: string;
  version: string;
  license: string;
}

function notice(folder: string): string {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license } = manifest;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const text = file === undefined ? '' : `\n${readFileSync(path.join(folder, file), 'utf8').trim()}\n`;
  return `${name} ${version} (${license})\n${text}`;
}

/** Puts the licences of the packages whose code is in the bundle beside it. */
const thirdPartyNotices: Plugin = {
  name: 'third-party-notices',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
    const source = [...folders]
      .sort()
      .map(notice)
      .join(`\n${'-'.repeat(80)}\n\n`);
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.txt', source });
  },
};

const executable: Plugin = {
  name: 'executable',
  writeBundle({ dir = '.' }, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'chunk' && file.isEntry) chmodSync(path.join(dir, file.fileName), 0o755);
    }
  },
};

/** Of all that is bundled: what another build has remembered is not believed. */
function sourcesDigest(): string {
  const hash = createHash('sha256').update(readFileSync('package-lock.json'));
  for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.ts')) hash.update(file).update(readFileSync(path.join('src', file)));
  }
  return hash.digest('hex');
}

const entry = (name: string) => path.join(process.cwd(), `src/cli/${name}.ts`);

/** What verbs load at once is one file instead of some twenty, each of which takes Node a third of a millisecond. */
const groups = {
  quick: ['main', 'commands/list', 'commands/status', 'commands/console', 'completion/names'],
  launch: ['commands/up', 'commands/down', 'commands/command'],
  start: ['../runtime/start'],
};

const members = new Map<string, ReadonlySet<string>>();

/** The first group that a module belongs to. */
function groupOf(module: string, context: ChunkingContext): string | undefined {
  const next = (id: string) => context.getModuleInfo(id)?.importedIds ?? [];
  for (const [name, entries] of Object.entries(groups)) {
    if (!members.has(name)) members.set(name, reachable(entries.map(entry), next));
    if (members.get(name)?.has(module)) return name;
  }
  return undefined;
}

function reachable(entries: readonly string[], next: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(entries);
  for (const id of found) for (const target of next(id)) found.add(target);
  return found;
}

/** Everything but Node itself is bundled: the folder dist/ runs alone. */
const common: RolldownOptions = {
  platform: 'node',
  resolve: {
    extensionAlias: { '.js': ['.ts', '.js'] },
    // The same code as modules: for Node, yaml names its CommonJS form, which is larger and starts 8 ms later.
    alias: { yaml: path.join(nodeModules, 'yaml/browser/index.js') },
  },
  // Node 20 knows no `using`.
  transform: { target: 'node20.19', define: { 'process.env.VM_BUILD': JSON.stringify(sourcesDigest()) } },
};

export default defineConfig([
  {
    ...common,
    input: { vm: 'src/cli/main.ts' },
    plugins: [thirdPartyNotices, executable],
    // CommonJS, which Node starts sooner, and a file for each import(), so that a verb loads only what it needs.
    output: {
      dir: 'dist/cli',
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name]-[hash].cjs',
      codeSplitting: { groups: [{ name: groupOf }], includeDependenciesRecursively: false },
    },
  },
  {
    ...common,
    input: { index: 'src/index.ts', qmp: 'src/qmp/index.ts' },
    plugins: [thirdPartyNotices],
    output: {
      dir: 'dist/lib',
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    },
  },
]);
