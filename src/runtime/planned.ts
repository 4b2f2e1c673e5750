/** From a spec to what is launched: what is asked for, and what comes of it. */
import type { QemuCommand } from '../command/option.js';
import type { Claim } from '../plan/facts.js';
import type { VmPlan } from '../plan/plan.js';
import type { VmSpec } from '../spec/schema.js';

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

/** A spec that was read. */
export interface Draft {
  readonly spec: VmSpec;
  /** Where it stands; `-`: standard input. */
  readonly file: string;
  /** Plans it among what the other live VMs hold. */
  plan(claims: readonly Claim[]): Promise<Planned>;
}

export interface Planned {
  readonly plan: VmPlan;
  readonly command: QemuCommand;
}
