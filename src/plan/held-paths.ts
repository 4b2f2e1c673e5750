/**
 * Paths that a VM has for itself. A second QEMU would take a socket over without a word, wait in vain for the lock of an image, or see
 * an swtpm fail at its first command: so it is told before. Pure.
 */
import type { ChardevPlan } from '../devices/chardev-plan.js';
import type { DevicePlan } from '../devices/registry.js';
import type { Claim } from './facts.js';
import type { Finding } from './findings.js';

export interface HeldPath {
  readonly key: string;
  readonly path: string;
}

export function heldPaths(devices: readonly DevicePlan[]): HeldPath[] {
  return devices.flatMap((device): HeldPath[] => {
    if (device.kind === 'tpm') return device.state === null ? [] : [{ key: 'tpm', path: device.state }];
    if (device.kind === 'disk') {
      const image = device.layers[0]?.source;
      const writes = !device.readOnly && !device.spec.shared;
      return writes && image?.type === 'file' ? [{ key: device.origin, path: image.path }] : [];
    }
    const port = portOf(device);
    return port?.type === 'socket' && port.server ? [{ key: keyOf(device), path: port.socket }] : [];
  });
}

function portOf(device: DevicePlan): ChardevPlan | null {
  if (device.kind === 'serial' || device.kind === 'parallel') return device.backend;
  return 'chardev' in device && typeof device.chardev === 'object' ? device.chardev : null;
}

const keyOf = (device: DevicePlan): string => ('origin' in device ? device.origin : device.kind);

/**
 * What two VMs would have.
 * @param realPath where a path leads: a file has as many paths as there are links to it. Those of the claims have been followed.
 */
export function heldByOthers(
  devices: readonly DevicePlan[],
  claims: readonly Claim[],
  realPath: (path: string) => string,
): Finding[] {
  return heldPaths(devices).flatMap(({ key, path }): Finding[] => {
    const real = realPath(path);
    const holder = claims.find(({ paths = [] }) => paths.includes(real));
    if (holder === undefined) return [];
    const named = real === path ? path : `${path}, which is ${real}`;
    return [
      {
        severity: 'missing',
        code: 'host.path-held',
        key,
        message: `${holder.vm} has ${named}, and only one VM can`,
        hint: `Stop it (vm down ${holder.vm}), or name another path.`,
      },
    ];
  });
}
