/** Names of VMs, checked without loading the spec's schema: `list` and `status` are to start fast. */
import { VmError } from '../errors.js';
import { printable } from '../spec/printable.js';

/** The same as the spec's own. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @throws {VmError} `spec.name` (exit code 2) if that can't be the name of a VM. */
export function checkName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new VmError('spec.name', `${printable(name)} is no name of a VM`, {
    hint: 'A name is 1 to 64 letters, digits, ".", "_", "-", beginning with a letter or digit. vm list shows those that are there.',
  });
}
