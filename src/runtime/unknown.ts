/** What commands say of a VM that nothing is known of, or nothing that can be read. */
import { VmError } from '../errors.js';
import type { VmPaths } from '../plan/paths.js';

export function noSuchVm(name: string): VmError {
  return new VmError('state.no-such-vm', `there is no VM ${name} here`, {
    hint: 'VMs that are here: vm list. Start one with: vm up NAME.',
  });
}

export function brokenRecord(name: string, { record }: VmPaths, pid: number | undefined): VmError {
  return new VmError(
    'state.broken-record',
    `what is known of ${name} can't be read: ${record} is damaged or of another version`,
    {
      hint:
        pid === undefined
          ? `Take its remains away with: vm down ${name}.`
          : `Its QEMU is process ${pid}: end that (kill ${pid}), then: vm down ${name}.`,
    },
  );
}
