/** Names of VMs. Without zod: `vm list` and `vm status` check names too, and are to start fast. Pure. */
import { VmError } from '../errors.js';
import { printable } from './printable.js';

/** 1 to 64 letters, digits, `.`, `_`, `-`, beginning with a letter or digit: safe as a folder name and in every QEMU option. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @throws VmError `spec.name` if that can't be the name of a VM. */
export function checkName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new VmError('spec.name', `${printable(name)} is no name of a VM`, {
    hint: 'A name is 1 to 64 letters, digits, ".", "_", "-", beginning with a letter or digit. vm list shows those that are there.',
  });
}
