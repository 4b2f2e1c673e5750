/** A spec file to a checked spec. Pure: the text comes in, reading other files is the caller's. */
import { posix as path } from 'node:path';
import type * as z from 'zod';
import { checkSpec } from './checks.js';
import { SpecError, type SpecIssue } from './error.js';
import { explainAll } from './explain.js';
import { type Chain, followExtends } from './extends.js';
import { specJsonSchema } from './json-schema.js';
import { parseKey } from './key.js';
import { namePattern } from './name.js';
import { applyOverrides } from './overrides.js';
import { resolvePaths } from './paths.js';
import { overrideFile, type Position, stdinFile } from './position.js';
import { printable } from './printable.js';
import { type AppliedProfile, applyProfile, isProfile } from './profiles.js';
import { type VmSpec, vmSpecSchema } from './schema.js';
import type { SpecSource } from './source.js';
import { find, findNearest, type MapNode, type SpecNode, toValue } from './tree.js';

export interface LoadOptions {
  /** `KEY=VALUE` each, as in `cpu.vcpus=4`; applied in this order. */
  readonly overrides?: readonly string[];
  /** Reads a spec named by `extends` (its absolute path); without it `extends` is an error. */
  readonly read?: (path: string) => SpecSource;
  /** What relative paths in overrides are relative to, and files are shown relative to. Default: the folder of the spec. */
  readonly cwd?: string;
}

export interface LoadedSpec {
  readonly spec: VmSpec;
  readonly file: string;
  /** The profile that the spec names, with what it set; null: none. */
  readonly profile: AppliedProfile | null;
  /** Where a key such as `disks[0].cache` is written; undefined for a default. */
  locate(key: string): Position | undefined;
}

/**
 * Reads a spec: parses it, follows `extends`, applies overrides, checks it, fills in defaults, makes paths absolute.
 * @throws SpecError with all that is wrong, and nothing else, whatever the text is.
 */
export function loadSpec(
  source: SpecSource,
  { overrides = [], read, cwd = source.folder }: LoadOptions = {},
): LoadedSpec {
  try {
    return load(source, followExtends(source, read), overrides, cwd);
  } catch (error) {
    if (error instanceof SpecError) throw error.shownFrom(cwd);
    throw error;
  }
}

function load(
  source: SpecSource,
  { root, files }: Chain,
  overrides: readonly string[],
  cwd: string,
): LoadedSpec {
  const texts = new Map([...files].map(([file, { text }]) => [file, text]));
  const overridden = applyOverrides(root, overrides);
  const { root: below, profile } = applyProfile(overridden.root);
  const named = withName(below, source.file);
  const issues = [...overridden.issues, ...named.issues];

  const folderOf = ({ file }: Position) =>
    file === overrideFile ? cwd : (files.get(file)?.folder ?? source.folder);
  const resolved = resolvePaths(named.root, folderOf);
  // An error map that answers nothing: what the schema says itself stays, the rest is put into words by explainAll.
  const { spec, problems, wrong } = parseSections(toValue(resolved) as Record<string, unknown>);
  issues.push(...explainAll(named.root, problems, specJsonSchema));
  const start: Position = { file: source.file, line: 1, column: 1 };
  for (const { key, ...words } of checkSpec(spec, wrong))
    issues.push({ ...(locateNear(named.root, key) ?? start), key, ...words });
  if (issues.length > 0) throw new SpecError(issues, texts);
  return { spec, file: source.file, profile, locate: (key) => locateExactly(named.root, key) };
}

/** Sections that are wrong get their defaults, so that the others can still be checked against each other. */
function parseSections(value: Record<string, unknown>): {
  spec: VmSpec;
  problems: readonly z.core.$ZodIssue[];
  wrong: Set<string>;
} {
  const parsed = vmSpecSchema.safeParse(value, { error: () => '' });
  if (parsed.success) return { spec: parsed.data, problems: [], wrong: new Set() };
  const problems = parsed.error.issues;
  const wrong = new Set(problems.map(({ path: [section] }) => String(section)));
  const known = Object.entries(value).filter(
    ([key]) => Object.hasOwn(vmSpecSchema.shape, key) && !wrong.has(key),
  );
  return { spec: vmSpecSchema.parse({ name: 'vm', ...Object.fromEntries(known) }), problems, wrong };
}

/** A spec without a name is called like its file. */
function withName(root: MapNode, file: string): { root: MapNode; issues: SpecIssue[] } {
  if (root.entries.has('name')) return { root, issues: [] };
  const position: Position = { file, line: 1, column: 1 };
  const give = (name: string): MapNode => {
    const node: SpecNode = { kind: 'scalar', value: name, position };
    return { ...root, entries: new Map(root.entries).set('name', { key: position, node }) };
  };
  const name = path.parse(file).name;
  if (file !== stdinFile && namePattern.test(name)) return { root: give(name), issues: [] };
  const message =
    file === stdinFile
      ? 'is missing: a spec from standard input has no file to take it from'
      : `${printable(name)}, taken from the file, is no name: 1 to 64 letters, digits, ".", "_", "-", beginning with a letter or digit`;
  return { root: give('vm'), issues: [{ ...position, key: 'name', message, hint: 'write name: …' }] };
}

/** Where a key is written, or what is around it. */
function locateNear(root: MapNode, key: string): Position | undefined {
  const keyPath = parseKey(key);
  if (!keyPath) return undefined;
  const { node, depth } = findNearest(root, keyPath);
  // A map of a profile is around the defaults beside it, and is not where they come from.
  if (depth < keyPath.length && isProfile(node.position)) return undefined;
  return depth === 0 ? undefined : node.position;
}

function locateExactly(root: MapNode, key: string): Position | undefined {
  const keyPath = parseKey(key);
  return keyPath && find(root, keyPath)?.position;
}
