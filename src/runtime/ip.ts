/** ip(8), for interfaces that a launch makes. */
import { existsSync } from 'node:fs';
import { type ErrorCode, VmError } from '../errors.js';

export function isInterface(name: string): boolean {
  return existsSync(`/sys/class/net/${name}`);
}

/** @throws VmError if there is an interface of that name. */
export function refuseTakenInterface(device: string, code: ErrorCode): void {
  if (!isInterface(device)) return;
  throw new VmError(code, `there is an interface ${device} already, which no VM is known to have`, {
    hint: `If nothing uses it, remove it: ip link delete dev ${device}.`,
  });
}

export async function deleteInterface(device: string, code: ErrorCode): Promise<void> {
  if (isInterface(device)) await ip(['link', 'delete', 'dev', device], code);
}

/** @throws VmError with the words of `ip`. */
export async function ip(args: readonly string[], code: ErrorCode): Promise<void> {
  // Loaded only where there is an interface to make: it costs a start 20 ms.
  const { execa } = await import('execa');
  const { failed, shortMessage, stderr } = await execa('ip', args, {
    reject: false,
    stdin: 'ignore',
    // Ctrl-C is for us, and so is our end: what was begun is to be done, above all where it undoes something.
    detached: true,
    cleanup: false,
    env: { LC_ALL: 'C' },
  });
  if (!failed) return;
  throw new VmError(code, `ip ${args.join(' ')}: ${stderr.trim() || shortMessage}`, {
    hint: 'Interfaces are made by root (or with CAP_NET_ADMIN); networks of the types user and passt need no rights.',
  });
}
