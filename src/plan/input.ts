/** What a plan is made from. Pure types. */
import type { AppliedProfile } from '../spec/profiles.js';
import type { VmSpec } from '../spec/schema.js';
import type { Claim, FileFacts, HostFacts, QemuFacts } from './facts.js';
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
  readonly roots: VmRoots;
}
