/** A tap interface in a bridge, for the time that the VM runs (ip-tuntap(8), ip-link(8)). */
import { existsSync } from 'node:fs';
import { VmError } from '../errors.js';
import type { TapPlan } from '../plan/tap.js';

export interface TapResource extends TapPlan {
  readonly kind: 'tap';
}

/** @throws VmError `host.tap` if there is an interface of that name. */
export function refuseTakenTap({ device }: TapResource): void {
  if (!existsSync(`/sys/class/net/${device}`)) return;
  throw new VmError('host.tap', `there is an interface ${device} already, which no VM is known to have`, {
    hint: `If nothing uses it, remove it: ip link delete dev ${device}.`,
  });
}

/** @throws VmError `host.tap` with the words of `ip`. What was made until then is left to {@link giveBackTap}. */
export async function takeTap({ device, bridge, multiQueue }: TapResource): Promise<void> {
  await ip(['tuntap', 'add', 'dev', device, 'mode', 'tap', ...(multiQueue ? ['multi_queue'] : [])]);
  await ip(['link', 'set', 'dev', device, 'master', bridge, 'up']);
}

export async function giveBackTap({ device }: TapResource): Promise<void> {
  if (existsSync(`/sys/class/net/${device}`)) await ip(['link', 'delete', 'dev', device]);
}

async function ip(args: readonly string[]): Promise<void> {
  // Loaded only where there is a bridge: it costs a start 20 ms.
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
  throw new VmError('host.tap', `ip ${args.join(' ')}: ${stderr.trim() || shortMessage}`, {
    hint: 'Interfaces are made by root (or with CAP_NET_ADMIN); a network of type user needs no rights.',
  });
}
