/** Spec to plan to command line. Reads the host, and changes nothing. */
import { resolve } from 'node:path';
import { checkCommand } from '../command/check.js';
import { compileCommand } from '../command/compile-plan.js';
import type { QemuCommand } from '../command/option.js';
import { readHostFacts } from '../host/facts.js';
import type { Claim, FactsWanted, HostFacts } from '../plan/facts.js';
import { heldByOthers } from '../plan/held-paths.js';
import type { VmPlan } from '../plan/plan.js';
import { planVm } from '../plan/plan-vm.js';
import { factsWanted, type Reading, readingOf } from '../plan/reading.js';
import { readQemuFacts } from '../qemu/facts.js';
import { type LoadedSpec, loadSpec } from '../spec/load.js';
import type { SpecSource } from '../spec/source.js';
import { claimsOfOthers } from './claims.js';
import { findSpec, readSpecFile } from './find-spec.js';
import { readSurroundings, type Surroundings } from './inputs.js';
import type { CompileOptions, Draft } from './planned.js';
import { realPath } from './real-path.js';
import { remember } from './remembered.js';
import { checkedPaths, refuseLongSocket, vmRoots } from './roots.js';

export interface Compiled {
  readonly loaded: LoadedSpec;
  readonly plan: VmPlan;
  readonly command: QemuCommand;
}

/**
 * Makes the plan and the command line of a spec, as `up` would now. What this host lacks is a finding of the plan.
 * @throws VmError `spec.*` for what is wrong with the spec, `state.path-too-long`, `usage.sysroot`, `usage.qemu-capabilities`.
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

/** Checks a spec that was found. @param keep whether what comes out is remembered. */
export function readDraft(source: SpecSource, options: CompileOptions, keep: boolean): Draft {
  const { overrides = [], cwd = process.cwd() } = options;
  const sources = [source];
  const read = (path: string) => {
    const other = readSpecFile(path);
    sources.push(other);
    return other;
  };
  const loaded = loadSpec(source, { overrides, read, cwd });
  return {
    spec: loaded.spec,
    file: loaded.file,
    plan: async (claims) => {
      const { compiled, ...inputs } = await compileWith(loaded, claims, options);
      const { plan, command } = compiled;
      if (keep) await remember({ sources, spec: loaded.spec, claims, plan, command, ...inputs });
      return { plan, command };
    },
  };
}

export interface CompileLoadedOptions extends CompileOptions {
  /** What a caller knows better of the host. Default: it is as read. */
  readonly host?: (facts: HostFacts) => HostFacts;
}

export async function compileLoaded(
  loaded: LoadedSpec,
  claims: readonly Claim[],
  options: CompileLoadedOptions,
): Promise<Compiled> {
  return (await compileWith(loaded, claims, options)).compiled;
}

interface CompiledWith {
  readonly compiled: Compiled;
  readonly wanted: FactsWanted;
  readonly reading: Reading;
  readonly host: HostFacts;
  readonly surroundings: Surroundings;
}

async function compileWith(
  loaded: LoadedSpec,
  claims: readonly Claim[],
  { sysroot, qemuCapabilities, cwd = process.cwd(), host: change = (facts) => facts }: CompileLoadedOptions,
): Promise<CompiledWith> {
  const { spec } = loaded;
  const roots = vmRoots();
  checkedPaths(roots, spec.name);
  const wanted = factsWanted(spec);
  const host = change(readHostFacts(sysroot, wanted));
  const reading = readingOf(spec, host);
  const surroundings = readSurroundings(reading, host, sysroot);
  const recorded = qemuCapabilities === undefined ? undefined : resolve(cwd, qemuCapabilities);
  const qemu = await readQemuFacts(reading.qemu, { live: host.live, recorded });
  const plan = planVm({ spec, profile: loaded.profile, host, qemu, claims, ...surroundings, roots });
  for (const { socket } of plan.sideProcesses) refuseLongSocket(socket);
  const command = compileCommand(plan);
  const findings = [
    ...plan.findings,
    ...heldByOthers(plan.devices, claims, realPath),
    ...(qemu.capabilities === null ? [] : checkCommand(command, qemu.capabilities)),
  ];
  const compiled = { loaded, plan: { ...plan, findings }, command };
  return { compiled, wanted, reading, host, surroundings };
}
