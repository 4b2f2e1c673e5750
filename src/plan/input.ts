/** What a plan is made from. Pure types. */
import type { AppliedProfile } from '../spec/profiles.js';
import type { VmSpec } from '../spec/schema.js';
import type { NoResctrl, ResctrlFacts } from './cache/facts.js';
import type { CgroupFacts, NoCgroups } from './cgroup/facts.js';
import type { Claim, FileFacts, HostFacts, QemuFacts } from './facts.js';
import type { InterruptFacts } from './interrupt-facts.js';
import type { VmRoots } from './paths.js';

export interface PlanInput {
  readonly spec: VmSpec;
  /** What a profile set below the spec. */
  readonly profile?: AppliedProfile | null;
  readonly host: HostFacts;
  /** By absolute path, for every path that the spec names. */
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly qemu: QemuFacts;
  /** Of the other live VMs. */
  readonly claims: readonly Claim[];
  /** How this host shares out its caches; null: not looked at, because the spec wants no share. */
  readonly resctrl?: ResctrlFacts | NoResctrl | null;
  /** This host's cgroups; null: unknown, or not looked at, because the spec wants none. */
  readonly cgroups?: CgroupFacts | NoCgroups | null;
  /** Whether systemd runs here; null: unknown, or not looked at. */
  readonly systemd?: boolean | null;
  /** This host's interrupts; null: unknown, or not looked at, because the spec leaves them alone. */
  readonly interrupts?: InterruptFacts | null;
  readonly roots: VmRoots;
}
