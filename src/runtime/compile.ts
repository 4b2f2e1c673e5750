/** Spec to plan to command line. Reads the host, and changes nothing. */
import { dirname } from 'node:path';
import { compileCommand } from '../command/compile-plan.js';
import type { QemuCommand } from '../command/option.js';
import { readHostFacts } from '../host/facts.js';
import { readFileFacts } from '../host/files.js';
import type { Claim } from '../plan/facts.js';
import type { VmPlan } from '../plan/plan.js';
import { planVm } from '../plan/plan-vm.js';
import { readQemuFacts } from '../qemu/facts.js';
import { type LoadedSpec, loadSpec } from '../spec/load.js';
import type { VmSpec } from '../spec/schema.js';
import { claimsOfOthers } from './claims.js';
import { findSpec, readSpecFile } from './find-spec.js';
import { checkedPaths, vmRoots } from './roots.js';

export interface CompileOptions {
  /** `KEY=VALUE` each, as in `cpu.vcpus=4`. */
  readonly overrides?: readonly string[] | undefined;
  /** The root folder of the machine to plan for. Default: this one. */
  readonly sysroot?: string | undefined;
  /** Where names and relative paths begin. Default: the working directory. */
  readonly cwd?: string | undefined;
}

export interface Compiled {
  readonly loaded: LoadedSpec;
  readonly plan: VmPlan;
  readonly command: QemuCommand;
}

/**
 * Makes the plan and the command line of a spec, as `up` would now. What this host lacks is a finding of the plan.
 * @throws VmError `spec.*` for what is wrong with the spec, `state.path-too-long`, `usage.sysroot`.
 */
export async function compile(specOrName: string, options: CompileOptions = {}): Promise<Compiled> {
  const loaded = await load(specOrName, options);
  // On another machine, no VM of this one is in the way.
  const claims = options.sysroot === undefined ? claimsOfOthers(vmRoots(), loaded.spec.name) : [];
  return compileLoaded(loaded, claims, options);
}

/** Finds and checks a spec. */
export async function load(
  specOrName: string,
  {
    overrides = [],
    cwd = process.cwd(),
    signal,
  }: CompileOptions & { readonly signal?: AbortSignal | undefined } = {},
): Promise<LoadedSpec> {
  return loadSpec(await findSpec(specOrName, cwd, signal), { overrides, read: readSpecFile, cwd });
}

export async function compileLoaded(
  loaded: LoadedSpec,
  claims: readonly Claim[],
  { sysroot }: CompileOptions,
): Promise<Compiled> {
  const { spec } = loaded;
  const roots = vmRoots();
  checkedPaths(roots, spec.name);
  const host = readHostFacts(sysroot);
  // Paths of a spec are this machine's; a captured tree has none of them.
  const files = host.live ? readFileFacts(pathsIn(spec)) : new Map();
  const qemu = await readQemuFacts(spec, { live: host.live });
  const plan = planVm({ spec, host, files, qemu, claims, roots });
  return { loaded, plan, command: compileCommand(plan) };
}

/** Every file that the spec names. */
function pathsIn({ boot, memory, disks }: VmSpec): string[] {
  const memoryPaths = memory.path === undefined ? [] : [memory.path, dirname(memory.path)];
  const paths = [boot.kernel, boot.initrd, ...memoryPaths, ...disks.map(({ source }) => source)];
  return paths.filter((path) => path !== undefined);
}
