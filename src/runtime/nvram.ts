/** The UEFI variables of a VM: copied once from the firmware's template, then the VM's own. */
import { chmod, constants, copyFile, link, rm } from 'node:fs/promises';
import { VmError } from '../errors.js';
import type { VmPlan } from '../plan/plan.js';
import { hasCode } from '../qmp/system-error.js';
import { ensureFolder } from './roots.js';
import { reasonOf } from './thrown.js';

/** @throws VmError `host.nvram` if the template can't be copied. */
export async function prepareNvram({ boot: { firmware }, paths }: VmPlan): Promise<void> {
  if (firmware.type !== 'uefi') return;
  const { template, variables } = firmware;
  if (template === null || variables === null) return;
  // One name for all: what a launch leaves there that was killed, the next one takes away.
  const temporary = `${variables}.new`;
  await ensureFolder(paths.stateFolder);
  try {
    await rm(temporary, { force: true });
    await copyFile(template, temporary, constants.COPYFILE_FICLONE);
    // The copy has the mode of the template, which nobody may write.
    await chmod(temporary, 0o600);
    // Unlike rename, link never replaces variables that are there.
    await link(temporary, variables);
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) return;
    const reason = reasonOf(cause);
    throw new VmError('host.nvram', `the UEFI variables can't be copied: ${reason}`, { cause });
  } finally {
    await rm(temporary, { force: true });
  }
}
