/** A spec on its way to a VM: read first, planned when its turn has come. Both are remembered, so that what reads and plans is loaded only where something has changed. */
import type { SpecSource } from '../spec/source.js';
import { claimsOfOthers } from './claims.js';
import { findSpec } from './find-spec.js';
import type { CompileOptions, Draft, Planned } from './planned.js';
import { recallPlan, recallSpec } from './remembered.js';
import { vmRoots } from './roots.js';

export interface DraftOptions extends CompileOptions {
  /** Aborting it gives up waiting for a pipe. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws VmError `spec.*`. */
export async function draftOf(specOrName: string, options: DraftOptions = {}): Promise<Draft> {
  const { overrides = [], sysroot, qemuCapabilities, cwd, signal } = options;
  const source = await findSpec(specOrName, cwd, signal);
  // What is said on the command line is said once.
  const asWritten = overrides.length === 0 && sysroot === undefined && qemuCapabilities === undefined;
  const known = asWritten ? recallSpec(source) : undefined;
  if (known === undefined) return readDraft(source, options, asWritten);
  return {
    spec: known.spec,
    file: source.file,
    plan: async (claims) =>
      (await recallPlan(known, claims)) ?? (await readDraft(source, options, asWritten)).plan(claims),
  };
}

async function readDraft(source: SpecSource, options: DraftOptions, keep: boolean): Promise<Draft> {
  return (await import('./compile.js')).readDraft(source, options, keep);
}

/** The plan and the command line of a spec, as `up` would have them now. @throws VmError as `compile` does. */
export async function planOf(specOrName: string, options: CompileOptions = {}): Promise<Planned> {
  const draft = await draftOf(specOrName, options);
  // On another machine, no VM of this one is in the way.
  return draft.plan(options.sysroot === undefined ? claimsOfOthers(vmRoots(), draft.spec.name) : []);
}
