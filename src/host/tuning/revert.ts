/** Puts back what the journal says, the last change first. */
import { rmSync } from 'node:fs';
import { reasonOf } from '../../runtime/thrown.js';
import type { Root } from '../root.js';
import { readValue, sameValue } from '../settings/reading.js';
import { tool } from './apply.js';
import type { Undo } from './journal.js';
import { removeFolder, restoreKept } from './kept-files.js';
import { draftOf, settleValue, writeChange } from './write-value.js';

export interface RevertChange {
  readonly what: string;
  /** What is there now. */
  readonly from: string;
  /** What was there before. */
  readonly to: string;
  /** `same`: it is so already; `gone`: there is nothing to put it back into. */
  readonly outcome: 'reverted' | 'same' | 'gone' | 'failed';
  /** It was not as we had left it: the value that somebody else had given it since; null: it was, or it is not put back. */
  readonly foreign: string | null;
  readonly error: string | null;
}

/** Undoes one entry. Never throws: what fails is told, and stays in the journal. */
export async function undoOne(root: Root, undo: Undo): Promise<RevertChange> {
  try {
    if (undo.kind === 'value') await settleValue(root, undo.path);
    const before = describe(root, undo);
    const outcome = await putBack(root, undo);
    const foreign = outcome === 'reverted' && isForeign(undo, before.from) ? before.from : null;
    return { ...before, outcome, foreign, error: null };
  } catch (error) {
    return { ...describe(root, undo), outcome: 'failed', foreign: null, error: reasonOf(error) };
  }
}

/**
 * Whether somebody else gave it the value that it has. What must hold only while another is written (`from` is `to`) is ours in between, and
 * of huge pages the kernel may have found fewer. Pure.
 */
function isForeign(undo: Undo, now: string): boolean {
  if (undo.kind !== 'value' || undo.from === undo.to || undo.path.endsWith('/nr_hugepages')) return false;
  return !sameValue(now, undo.to);
}

function describe(root: Root, undo: Undo): Pick<RevertChange, 'what' | 'from' | 'to'> {
  switch (undo.kind) {
    case 'value': {
      const now = readValue(root, undo.path);
      return { what: undo.path, from: now.state === 'value' ? now.value : now.state, to: undo.from };
    }
    case 'file':
      return { what: undo.path, from: 'ours', to: undo.before === null ? 'absent' : 'as before' };
    case 'folder':
      return { what: undo.path, from: 'made by us', to: 'absent' };
    case 'module':
      return { what: `module ${undo.name}`, from: 'loaded', to: 'not loaded' };
    case 'mount':
      return { what: undo.path, from: 'mounted', to: 'not mounted' };
  }
}

async function putBack(root: Root, undo: Undo): Promise<RevertChange['outcome']> {
  switch (undo.kind) {
    case 'value':
      return putBackValue(root, undo);
    case 'file':
      restoreKept(root, undo.path, undo.before, undo.after);
      return 'reverted';
    case 'folder':
      removeFolder(root, undo.path);
      return 'reverted';
    case 'module':
      if (!root.isFolder(`/sys/module/${undo.name}`)) return 'same';
      await tool('modprobe', '-r', undo.name);
      return 'reverted';
    case 'mount':
      if (!isMounted(root, undo.path)) return 'same';
      await tool('umount', undo.path);
      return 'reverted';
  }
}

async function putBackValue(
  root: Root,
  undo: Extract<Undo, { kind: 'value' }>,
): Promise<RevertChange['outcome']> {
  const real = root.real(undo.path);
  if (real === undefined) return 'gone';
  if (!root.live) rmSync(draftOf(real), { force: true });
  const now = readValue(root, undo.path);
  if (now.state === 'value' && sameValue(now.value, undo.from)) return 'same';
  await writeChange(root, { path: undo.path, to: undo.from, ...(undo.while ? { while: undo.while } : {}) });
  return 'reverted';
}

function isMounted(root: Root, path: string): boolean {
  return (root.text('/proc/mounts') ?? '').split('\n').some((line) => line.split(' ')[1] === path);
}
