/** `vm up`: from a spec to a VM. */
import { bringUp, type UpOptions } from './bring-up.js';
import { Vm } from './vm.js';

/**
 * Starts the VM of a spec and returns when its guest runs, every thread in its place; with `wait`, when that came true.
 * @throws VmError `spec.*`, `host.*`, `state.running`, `state.locked`, `qemu.start-failed`, `qemu.placement`, `no.promise`, `interrupted.up`: then
 *   nothing is left behind. `no.timeout` when `wait` did not come true in time: then the VM runs.
 */
export async function up(specOrName: string, options: UpOptions = {}): Promise<Vm> {
  return new Vm(await bringUp(specOrName, options));
}
