/** A tap interface for the time that the VM runs, mostly in a bridge (ip-tuntap(8), ip-link(8)). */
import type { TapPlan } from '../plan/tap.js';
import { deleteInterface, ip, refuseTakenInterface } from './ip.js';

export interface TapResource extends TapPlan {
  readonly kind: 'tap';
}

const code = 'host.tap';

/** @throws VmError `host.tap` if there is an interface of that name. */
export function refuseTakenTap({ device }: TapResource): void {
  refuseTakenInterface(device, code);
}

/** @throws VmError `host.tap` with the words of `ip`. What was made until then is left to {@link giveBackTap}. */
export async function takeTap({ device, bridge, multiQueue, mtu, isolated }: TapResource): Promise<void> {
  await ip(['tuntap', 'add', 'dev', device, 'mode', 'tap', ...(multiQueue ? ['multi_queue'] : [])], code);
  await ip(
    [
      ...['link', 'set', 'dev', device],
      ...(mtu === null ? [] : ['mtu', `${mtu}`]),
      ...(bridge === null ? [] : ['master', bridge]),
      'up',
    ],
    code,
  );
  if (isolated) await ip(['link', 'set', 'dev', device, 'type', 'bridge_slave', 'isolated', 'on'], code);
}

export async function giveBackTap({ device }: TapResource): Promise<void> {
  await deleteInterface(device, code);
}
