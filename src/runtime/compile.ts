/** Spec to plan to command line. Reads the host, and changes nothing. */
import { dirname, resolve } from 'node:path';
import { checkCommand } from '../command/check.js';
import { compileCommand } from '../command/compile-plan.js';
import type { QemuCommand } from '../command/option.js';
import { cloudInitFiles } from '../devices/cloud-init-section.js';
import { diskFiles, headedImages } from '../devices/disk-files.js';
import { peripheralFiles } from '../devices/peripheral-files.js';
import { virtiofsdPrograms } from '../devices/virtiofsd.js';
import { readCgroups, runsSystemd } from '../host/cgroups.js';
import { readHostFacts } from '../host/facts.js';
import { readFileFacts } from '../host/files.js';
import { readInterrupts } from '../host/interrupts.js';
import { readVirtiofsd } from '../host/programs.js';
import { readChains } from '../host/qcow2.js';
import { readResctrl } from '../host/resctrl.js';
import { openRoot } from '../host/root.js';
import { readTexts } from '../host/texts.js';
import type { Claim, FileFacts, HostFacts } from '../plan/facts.js';
import type { VmPlan } from '../plan/plan.js';
import { planVm } from '../plan/plan-vm.js';
import { readQemuFacts } from '../qemu/facts.js';
import { isLimited } from '../spec/limits.js';
import { type LoadedSpec, loadSpec } from '../spec/load.js';
import type { VmSpec } from '../spec/schema.js';
import { claimsOfOthers } from './claims.js';
import { findSpec, readSpecFile } from './find-spec.js';
import { checkedPaths, refuseLongSocket, vmRoots } from './roots.js';

export interface CompileOptions {
  /** `KEY=VALUE` each, as in `cpu.vcpus=4`. */
  readonly overrides?: readonly string[] | undefined;
  /** The root folder of the machine to plan for. Default: this one. */
  readonly sysroot?: string | undefined;
  /** The file of a recorded QMP session, plain or .xz, of a QEMU to compile for that is not here. Default: the spec's QEMU is asked. */
  readonly qemuCapabilities?: string | undefined;
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

export interface CompileLoadedOptions extends CompileOptions {
  /** What a caller knows better of the host. Default: it is as read. */
  readonly host?: (facts: HostFacts) => HostFacts;
}

export async function compileLoaded(
  loaded: LoadedSpec,
  claims: readonly Claim[],
  { sysroot, qemuCapabilities, cwd = process.cwd(), host: change = (facts) => facts }: CompileLoadedOptions,
): Promise<Compiled> {
  const { spec } = loaded;
  const roots = vmRoots();
  checkedPaths(roots, spec.name);
  const host = change(readHostFacts(sysroot));
  // Paths of a spec are this machine's; a captured tree has none of them.
  const daemons = virtiofsdPrograms(spec.shares, host);
  const files = host.live ? readFileFacts([...pathsIn(spec), ...daemons]) : new Map<string, FileFacts>();
  if (host.live) {
    readChains(headedImages(spec.disks), files);
    readVirtiofsd(daemons, files);
    readTexts(
      cloudInitFiles(spec.cloudInit).map(({ path }) => path),
      files,
    );
  }
  const recorded = qemuCapabilities === undefined ? undefined : resolve(cwd, qemuCapabilities);
  const qemu = await readQemuFacts(spec, { live: host.live, recorded });
  const resctrl = spec.placement.cache.length > 0 ? readResctrl(openRoot(sysroot), host) : null;
  const wantsCgroup = spec.placement.isolation === 'cgroup' || isLimited(spec.limits);
  const cgroups = wantsCgroup ? readCgroups(openRoot(sysroot)) : null;
  const systemd = host.live ? runsSystemd(openRoot()) : null;
  const interrupts = spec.placement.interrupts === 'away' ? readInterrupts(openRoot(sysroot)) : null;
  const shared = { resctrl, cgroups, systemd, interrupts };
  const plan = planVm({ spec, profile: loaded.profile, host, files, qemu, claims, ...shared, roots });
  for (const { socket } of plan.sideProcesses) refuseLongSocket(socket);
  const command = compileCommand(plan);
  const findings = qemu.capabilities === null ? [] : checkCommand(command, qemu.capabilities);
  return { loaded, plan: { ...plan, findings: [...plan.findings, ...findings] }, command };
}

/** Every file that the spec names. */
function pathsIn(spec: VmSpec): string[] {
  const { boot, memory, disks } = spec;
  const memoryPaths = memory.path === undefined ? [] : [memory.path, dirname(memory.path)];
  const paths = [
    boot.kernel,
    boot.initrd,
    boot.rom,
    boot.splash,
    boot.code,
    boot.variables,
    ...memoryPaths,
    ...diskFiles(disks),
    ...peripheralFiles(spec),
    ...cloudInitFiles(spec.cloudInit).map(({ path }) => path),
  ];
  return paths.filter((path) => path !== undefined);
}
