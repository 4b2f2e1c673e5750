/** Takes away what a VM left on the machine. Every step may be done again: a clean-up that was killed is finished by the next. */
import { rmSync } from 'node:fs';
import { VmError } from '../errors.js';
import type { VmPaths } from '../plan/paths.js';
import { anyQemu } from './any-qemu.js';
import { looseFiles } from './folder.js';
import type { Lock } from './lock.js';
import { isStopped, livingStat, type ProcessIdentity, signalProcess, waitForExit } from './process.js';
import type { RecordFile, VmRecord } from './record.js';
import { giveBackResource } from './resources.js';

/** Seconds for QEMU to end on SIGTERM (it takes 3 ms), and for the kernel to take apart a killed one with all its memory. */
const termPatience = 1;
const killPatience = 30;

/**
 * Undoes everything: ends QEMU if it lives, gives back what was taken, removes the files. The lock goes with them. Before there is a record,
 * there is no QEMU.
 */
export async function undo(paths: VmPaths, held: Lock, record: VmRecord | 'none'): Promise<void> {
  const qemu = record === 'none' ? undefined : await anyQemu(paths, record);
  if (qemu !== undefined) await endQemu(qemu);
  await tearDown(paths, held, record);
}

/** @throws VmError `state.not-stopped` if even SIGKILL does not end it. */
export async function endQemu(qemu: ProcessIdentity): Promise<'terminated' | 'killed'> {
  const stat = livingStat(qemu);
  // One that is stopped does not see SIGTERM before it goes on.
  if (stat === undefined || !isStopped(stat)) {
    signalProcess(qemu, 'SIGTERM');
    if (await waitForExit(qemu, termPatience)) return 'terminated';
  }
  await killQemu(qemu);
  return 'killed';
}

/** @throws VmError `state.not-stopped`. */
async function killQemu(qemu: ProcessIdentity): Promise<void> {
  signalProcess(qemu, 'SIGKILL');
  if (await waitForExit(qemu, killPatience)) return;
  throw new VmError('state.not-stopped', `process ${qemu.pid} does not end, not even by SIGKILL`, {
    hint: 'The kernel holds it, mostly for a disk or a device that does not answer: see its state in `ps`, and the kernel log.',
  });
}

/** For a VM whose QEMU is gone. If something can't be given back, the record stays, so that the next command tries again. */
export async function tearDown(paths: VmPaths, held: Lock, record: RecordFile): Promise<void> {
  await clearFolder(paths, record);
  held.remove();
}

/** {@link tearDown} for one who goes on to use the name: the lock stays his. */
export async function clearFolder(paths: VmPaths, record: RecordFile): Promise<void> {
  const resources = typeof record === 'object' ? record.resources : [];
  const failed = typeof record === 'object' && record.phase === 'starting';
  const failures: unknown[] = [];
  for (const resource of resources.toReversed()) {
    await giveBackResource(resource, failed).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
  // The record goes after all that it tells of, the lock last; what else is in the folder is not ours.
  for (const path of [...looseFiles(paths), paths.record]) rmSync(path, { force: true });
}
