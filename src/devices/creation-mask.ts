/** What the files that QEMU makes may never let others do. Pure. */
import type { DevicePlan } from './registry.js';

/** For this user to read and write alone: sockets, and logs at paths of the spec. */
const privately = 0o177;

/**
 * The umask of QEMU. A mapped 9p share makes files and folders for the guest under it, so what they are to have has to pass: owners
 * must get into their folders, and `fileMode` and `dirMode` count. The other security models set modes after the making.
 */
export function creationMask(devices: readonly DevicePlan[]): number {
  const modes = devices.flatMap((device) => {
    if (device.kind !== 'share' || device.type !== '9p') return [];
    const { security_model: model = '', fmode = '600', dmode = '700' } = device.backend;
    return String(model).startsWith('mapped')
      ? [fmode, dmode].map((mode) => Number.parseInt(`${mode}`, 8))
      : [];
  });
  return modes.length === 0 ? privately : 0o777 & ~modes.reduce((all, mode) => all | mode, 0o700);
}
