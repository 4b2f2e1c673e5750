/** The three QMP monitors: ours, the watchers', the user's. One client each is all that QEMU serves. Pure. */
import type { VmPaths } from '../plan/paths.js';
import type { QemuOption } from './option.js';
import { keyValue } from './quote.js';

export function monitorOptions(paths: VmPaths): QemuOption[] {
  return [
    ...monitor('vm-control', paths.control, '`vm` itself drives the VM here.'),
    ...monitor('vm-events', paths.events, 'Watchers listen here (`vm events`), without keeping `vm` out.'),
    ...monitor('vm-user', paths.user, "For the user's own commands (`vm qmp`)."),
  ];
}

function monitor(id: string, path: string, why: string): QemuOption[] {
  const option = (flag: string, value: string): QemuOption => ({
    group: 'monitors',
    flag,
    value,
    origin: 'vm',
    why,
  });
  return [
    option('-chardev', keyValue('socket', { id, path, server: true, wait: false })),
    option('-mon', keyValue(undefined, { chardev: id, mode: 'control' })),
  ];
}
