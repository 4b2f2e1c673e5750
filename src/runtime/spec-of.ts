/** What is wrong with the spec of a VM that was started from it. */
import { VmError } from '../errors.js';
import { SpecError } from '../spec/error.js';

/** @param error of loading it. The name that was typed is a VM's, and says nothing of a file: so it is told which one. */
export function specOf(name: string, error: unknown): unknown {
  if (error instanceof SpecError) return error.shownFrom(process.cwd());
  if (!(error instanceof VmError) || !['spec.not-found', 'spec.unreadable'].includes(error.code))
    return error;
  return new VmError(error.code, `${name} was started from a spec that is not there: ${error.message}`, {
    hint: `Put it back, or start it from where the spec is now: vm down ${name}, then vm up SPEC.`,
    cause: error,
  });
}
