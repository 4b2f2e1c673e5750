/** Judging the settings of the host, for the specs that are to run: `vm host check`. */
import { readHostFacts } from '../host/facts.js';
import { openRoot } from '../host/root.js';
import { type HostNeeds, needsOf } from '../host/settings/needs.js';
import { settings } from '../host/settings/registry.js';
import type {
  Aim,
  CheckStatus,
  HostProfile,
  Setting,
  SettingGroup,
  Verdict,
} from '../host/settings/setting.js';
import { claimsOfOthers } from './claims.js';
import { compileLoaded, load } from './compile.js';
import { vmRoots } from './roots.js';

export interface HostOptions {
  /** Names or files of the specs that are to run. */
  readonly specs?: readonly string[] | undefined;
  /** What the host is for. Default: `performance`. */
  readonly profile?: HostProfile | undefined;
  /** 0 (the default) or 100: `kernel.perf_cpu_time_max_percent`. */
  readonly perfPercent?: 0 | 100 | undefined;
  /** The root folder of the machine. Default: this one. */
  readonly sysroot?: string | undefined;
}

export interface HostCheck {
  readonly id: string;
  readonly group: SettingGroup;
  readonly status: CheckStatus;
  readonly found: string;
  readonly wanted: string | null;
  readonly advice: string | null;
}

export interface Examined {
  readonly setting: Setting;
  readonly verdict: Verdict;
}

/**
 * Judges every setting of the host, for the specs if there are any. Changes nothing, and needs no root.
 * @throws VmError `spec.*`, `usage.sysroot`.
 */
export async function hostCheck(options: HostOptions = {}): Promise<HostCheck[]> {
  const examined = await examine(options, settings);
  return examined.map(({ setting: { id, group }, verdict }) => ({
    id,
    group,
    status: verdict.status,
    found: verdict.found,
    wanted: verdict.wanted ?? null,
    advice: verdict.advice ?? null,
  }));
}

/** Reads and judges some settings. @throws VmError `spec.*`, `usage.sysroot`. */
export async function examine(options: HostOptions, chosen: readonly Setting[]): Promise<Examined[]> {
  const { sysroot, profile = 'performance', perfPercent = 0 } = options;
  const needs = await readNeeds(options);
  const aim: Aim = { profile, perfPercent, needs };
  const machine = { root: openRoot(sysroot), facts: readHostFacts(sysroot) };
  return chosen.map((setting) => ({ setting, verdict: setting.examine(machine, aim) }));
}

/** The specs are placed one after the other, beside each other and beside the VMs that run. */
async function readNeeds({ specs = [], sysroot }: HostOptions): Promise<HostNeeds | null> {
  if (specs.length === 0) return null;
  const loaded = [];
  for (const spec of specs) loaded.push(await load(spec));
  const names = loaded.map(({ spec }) => spec.name);
  const living = sysroot === undefined ? claimsOfOthers(vmRoots(), '') : [];
  const claims = living.filter(({ vm }) => !names.includes(vm));
  const vms = [];
  for (const one of loaded) {
    const { plan } = await compileLoaded(one, claims, { sysroot });
    claims.push({ vm: plan.name, exclusiveCpus: plan.placement.exclusiveCpus });
    vms.push({ spec: one.spec, plan });
  }
  return needsOf(
    vms,
    living.map(({ vm }) => vm),
  );
}
