/** Compares a VM with its spec file as it is now. Reads the host, and changes nothing. */
import { argv } from '../command/argv.js';
import { diff, type VmDiff } from '../command/diff.js';
import { VmError } from '../errors.js';
import { claimsOfOthers } from './claims.js';
import { type Compiled, compileLoaded, load } from './compile.js';
import { completeSpec } from './old-record.js';
import type { VmRecord } from './record.js';
import { vmRoots } from './roots.js';
import { specOf } from './spec-of.js';

/** @throws VmError `state.no-spec-file` for a VM from standard input; `spec.*` for what is wrong with the spec by now. */
export async function diffVm({ name, specFile, overrides, cwd, ...running }: VmRecord): Promise<VmDiff> {
  if (specFile === null) {
    throw new VmError(
      'state.no-spec-file',
      `${name} was started from standard input: there is no file to compare it with`,
    );
  }
  const loaded = await load(specFile, { overrides, cwd }).catch((error: unknown) => {
    throw specOf(name, error);
  });
  const claims = claimsOfOthers(vmRoots(), name);
  const spec = await completeSpec(running.spec);
  const again = await compileLoaded({ ...loaded, spec, profile: null }, claims, { cwd });
  const now = await compileLoaded(loaded, claims, { cwd });
  return diff({ specFile, running, again: side(again), now: side(now) });
}

function side({ loaded, plan, command }: Compiled) {
  return { spec: loaded.spec, plan, argv: argv(command) };
}
