/** Taps of a network that users' VMs open, who may make none themselves (ip-tuntap(8); Linux: Documentation/networking/tuntap). */
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { VmError } from '../../errors.js';
import type { NetworkDefinition, NetworkTap } from '../../networks/definition.js';
import { deleteInterface, ip, isInterface, refuseTakenInterface } from '../ip.js';

const code = 'host.network';

/** Those that the network had and is to have no more, or otherwise. */
export function outdatedTaps(before: NetworkDefinition, after: NetworkDefinition): NetworkTap[] {
  return before.taps.filter((tap) => !after.taps.some((other) => isDeepStrictEqual(other, tap)));
}

/**
 * @param before as the network is up.
 * @throws VmError `host.network` if there is an interface of that name which is not the network's; `state.in-use` if one that would have to
 *   go is open.
 */
export function refuseTaps(after: NetworkDefinition, before: NetworkDefinition | undefined): void {
  const ours = new Set(before?.taps.map(({ device }) => device));
  for (const { device } of after.taps) if (!ours.has(device)) refuseTakenInterface(device, code);
  const open = before && outdatedTaps(before, after).find(({ device }) => isOpen(device));
  if (!open) return;
  throw new VmError('state.in-use', `a VM of ${open.user} has ${open.device}, which would have to go`, {
    hint: 'Stop it first, or leave this tap in the file as it is.',
  });
}

/** Makes those that are not there, and puts each into the bridge. @throws VmError `host.network` with the words of `ip`. */
export async function makeTaps({ name, mtu, taps }: NetworkDefinition): Promise<void> {
  for (const { device, user, multiQueue } of taps) {
    const queues = multiQueue ? ['multi_queue'] : [];
    if (!isInterface(device))
      await ip(['tuntap', 'add', 'dev', device, 'mode', 'tap', 'user', `${user}`, ...queues], code);
    const words = mtu === undefined ? [] : ['mtu', `${mtu}`];
    await ip(['link', 'set', 'dev', device, ...words, 'master', name, 'up'], code);
  }
}

export async function removeTaps(taps: readonly NetworkTap[]): Promise<void> {
  for (const { device } of taps) await deleteInterface(device, code);
}

/** A sentence on each that is not as it was made. */
export function problemsOfTaps({ name, taps }: NetworkDefinition): string[] {
  return taps.flatMap(({ device }) => {
    if (!isInterface(device)) return [`the tap ${device} is gone`];
    return bridgeOf(device) === name ? [] : [`the tap ${device} is no longer in the bridge`];
  });
}

/** Whether a VM has it: the kernel shows a carrier as long as somebody holds a queue of it. */
export function isOpen(device: string): boolean {
  try {
    return readFileSync(`/sys/class/net/${device}/carrier`, 'latin1').trim() === '1';
  } catch {
    // It is gone, or switched off.
    return false;
  }
}

function bridgeOf(device: string): string | undefined {
  try {
    return basename(readlinkSync(`/sys/class/net/${device}/master`));
  } catch {
    return undefined;
  }
}
