/** Compares a VM with its spec file as it is now. Reads the host, and changes nothing. */
import { argv } from '../command/argv.js';
import { diff, type VmDiff } from '../command/diff.js';
import { VmError } from '../errors.js';
import { SpecError } from '../spec/error.js';
import { claimsOfOthers } from './claims.js';
import { type Compiled, compileLoaded, load } from './compile.js';
import type { VmRecord } from './record.js';
import { vmRoots } from './roots.js';

/** @throws VmError `state.no-spec-file` for a VM from standard input; `spec.*` for what is wrong with the spec by now. */
export async function diffVm({ name, specFile, overrides, cwd, ...running }: VmRecord): Promise<VmDiff> {
  if (specFile === null) {
    throw new VmError(
      'state.no-spec-file',
      `${name} was started from standard input: there is no file to compare it with`,
    );
  }
  const loaded = await load(specFile, { overrides, cwd }).catch((error: unknown) => {
    throw error instanceof SpecError ? error.shownFrom(process.cwd()) : withoutFile(name, error);
  });
  const claims = claimsOfOthers(vmRoots(), name);
  const again = await compileLoaded({ ...loaded, spec: running.spec, profile: null }, claims, { cwd });
  const now = await compileLoaded(loaded, claims, { cwd });
  return diff({ specFile, running, again: side(again), now: side(now) });
}

/** The name that was typed is a VM's, and says nothing of a file. */
function withoutFile(name: string, error: unknown): unknown {
  if (!(error instanceof VmError) || !['spec.not-found', 'spec.unreadable'].includes(error.code))
    return error;
  return new VmError(error.code, `${name} was started from a spec that is not there: ${error.message}`, {
    hint: `Put it back, or start it from where the spec is now: vm down ${name}, then vm up SPEC.`,
    cause: error,
  });
}

function side({ loaded, plan, command }: Compiled) {
  return { spec: loaded.spec, plan, argv: argv(command) };
}
