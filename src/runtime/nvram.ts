/** The UEFI variables of a VM: copied once from the firmware's template, then the VM's own. */
import { constants, promises } from 'node:fs';
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
  ensureFolder(paths.stateFolder);
  try {
    await promises.rm(temporary, { force: true });
    await promises.copyFile(template, temporary, constants.COPYFILE_FICLONE);
    // The copy has the mode of the template, which nobody may write.
    await promises.chmod(temporary, 0o600);
    // Unlike rename, link never replaces variables that are there.
    await promises.link(temporary, variables);
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) return;
    const reason = reasonOf(cause);
    throw new VmError('host.nvram', `the UEFI variables can't be copied: ${reason}`, { cause });
  } finally {
    await promises.rm(temporary, { force: true });
  }
}
