/**
 * Plans and command lines of earlier runs. Planning is pure: the same spec on the same host among the same VMs gives the same plan, so
 * what went in says what comes out. To compare it is a fifth of the work of planning anew, of which most is to load what plans.
 */
import type { QemuCommand } from '../command/option.js';
import { readHostFacts } from '../host/facts.js';
import type { Claim, FactsWanted, HostFacts } from '../plan/facts.js';
import { heldPaths } from '../plan/held-paths.js';
import type { VmPlan } from '../plan/plan.js';
import type { Reading } from '../plan/reading.js';
import { tellingText } from '../plan/telling.js';
import { readCache, writeCache } from '../qemu/cache.js';
import { qemuIdentity } from '../qemu/identity.js';
import type { VmSpec } from '../spec/schema.js';
import type { SpecSource } from '../spec/source.js';
import { build } from './build.js';
import { readSpecFile } from './find-spec.js';
import { readSurroundings, type Surroundings } from './inputs.js';
import { realPath } from './real-path.js';
import { vmRoots } from './roots.js';

/** What a spec said when it was read last. */
export interface RememberedSpec {
  /** Of each file that it was read from, the first its own. */
  readonly sources: readonly { readonly file: string; readonly text: string }[];
  readonly spec: VmSpec;
}

interface Remembered extends RememberedSpec {
  /** Of the code that planned. */
  readonly build: string;
  readonly wanted: FactsWanted;
  readonly reading: Reading;
  /** Of all that went in. */
  readonly inputs: string;
  readonly plan: VmPlan;
  readonly command: QemuCommand;
}

/** What came out for a spec that has not changed since; undefined: it is to be read. */
export function recallSpec(source: SpecSource): Remembered | undefined {
  if (build === undefined) return undefined;
  const entry = readCache(cacheName(source.file)) as Partial<Remembered> | undefined;
  if (entry?.build !== build || entry.sources === undefined) return undefined;
  const [own, ...others] = entry.sources;
  if (own?.file !== source.file || own.text !== textOf(source)) return undefined;
  if (!others.every(isUnchanged)) return undefined;
  return entry as Remembered;
}

function isUnchanged({ file, text }: RememberedSpec['sources'][number]): boolean {
  try {
    return textOf(readSpecFile(file)) === text;
  } catch {
    return false;
  }
}

/** The plan and the command line of that time, if planning would give them again; undefined: it is to be planned. */
export async function recallPlan(
  { spec, wanted, reading, inputs, plan, command }: Remembered,
  claims: readonly Claim[],
): Promise<Pick<Remembered, 'plan' | 'command'> | undefined> {
  const host = readHostFacts(undefined, wanted);
  const surroundings = readSurroundings(reading, host, undefined);
  const now = await inputsText({ spec, reading, host, surroundings, claims }, plan);
  return now === inputs ? { plan, command } : undefined;
}

export interface ToRemember extends Inputs {
  readonly wanted: FactsWanted;
  readonly sources: readonly SpecSource[];
  readonly plan: VmPlan;
  readonly command: QemuCommand;
}

/** Keeps it for the next time. */
export async function remember({ sources, wanted, plan, command, ...inputs }: ToRemember): Promise<void> {
  const [own] = sources;
  if (build === undefined || own === undefined) return;
  const entry: Remembered = {
    build,
    sources: sources.map((source) => ({ file: source.file, text: textOf(source) })),
    spec: inputs.spec,
    wanted,
    reading: inputs.reading,
    inputs: await inputsText(inputs, plan),
    plan,
    command,
  };
  writeCache(cacheName(own.file), entry);
}

interface Inputs {
  readonly spec: VmSpec;
  readonly reading: Reading;
  readonly host: HostFacts;
  readonly surroundings: Surroundings;
  readonly claims: readonly Claim[];
}

async function inputsText(
  { spec, reading, host, surroundings, claims }: Inputs,
  { devices }: VmPlan,
): Promise<string> {
  const qemu = await qemuIdentity(reading.qemu);
  const paths = heldPaths(devices).map(({ path }) => realPath(path));
  return tellingText({ host, ...surroundings, claims, qemu, roots: vmRoots() }, spec, paths);
}

function textOf({ text }: SpecSource): string {
  return typeof text === 'string' ? text : Buffer.from(text).toString('base64');
}

/** Two files with one name take turns; Node's own digests take as long to load as all of this. */
function cacheName(file: string): string {
  let hash = 0xcbf29ce484222325n;
  // FNV-1a, 64 bits.
  for (const byte of Buffer.from(file)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return `plans/${hash.toString(16).padStart(16, '0')}.json`;
}
