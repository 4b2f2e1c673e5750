/** Undoing what was changed on the host: `vm host revert`. */
import { openRoot } from '../host/root.js';
import { readJournal, type Undo, writeJournal } from '../host/tuning/journal.js';
import { type RevertChange, undoOne } from '../host/tuning/revert.js';
import type { HostOptions } from './host-check.js';
import { withJournal } from './host-journal.js';

/**
 * Puts back everything that tuning changed since the last revert, the last change first. What fails stays in the journal.
 * @throws VmError `host.privilege`, `state.locked`, `state.journal`.
 */
export async function hostRevert({ sysroot }: Pick<HostOptions, 'sysroot'> = {}): Promise<RevertChange[]> {
  return withJournal(sysroot, 'vm host revert', async (journal) => {
    const root = openRoot(sysroot);
    const results: RevertChange[] = [];
    const left: Undo[] = [];
    for (const undo of readJournal(journal).reverse()) {
      const result = await undoOne(root, undo);
      results.push(result);
      if (result.outcome === 'failed') left.unshift(undo);
    }
    await writeJournal(journal, left);
    return results;
  });
}
