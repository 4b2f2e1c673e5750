/** What is done about a changed key of a running VM. Pure types. */
import type { VmSpec } from '../spec/schema.js';
import type { VmPlan } from './plan.js';

export interface QmpCall {
  readonly execute: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Remedy {
  readonly needs: 'live' | 'restart' | 'newVm';
  /** What to do, a sentence. */
  readonly how: string;
  /** The commands for `vm qmp`, in order, that do all of it; empty where more is needed than these. */
  readonly qmp: readonly QmpCall[];
}

export interface LiveInput {
  readonly before: { readonly spec: VmSpec; readonly plan: VmPlan };
  readonly after: { readonly spec: VmSpec; readonly plan: VmPlan };
}
