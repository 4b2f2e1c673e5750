/** Which VM has which tap and which MAC address, of those that live. */
import { livingRecords } from '../claims.js';
import { vmRoots } from '../roots.js';

/** Names of VMs by the names of their taps. */
export function vmsByTap(): ReadonlyMap<string, string> {
  return new Map(
    livingRecords(vmRoots()).flatMap(({ name, plan }) =>
      plan.devices.flatMap((device) =>
        device.kind === 'network' && device.backend.type === 'tap'
          ? [[device.backend.device, name] as const]
          : [],
      ),
    ),
  );
}

/** Names of VMs by the MAC addresses of their cards. */
export function vmsByMac(): ReadonlyMap<string, string> {
  return new Map(
    livingRecords(vmRoots()).flatMap(({ name, plan }) =>
      plan.devices.flatMap((device) => (device.kind === 'network' ? [[device.mac, name] as const] : [])),
    ),
  );
}
