/** Making the settings of the host right: `vm host tune`. */
import { VmError } from '../errors.js';
import { openRoot, type Root } from '../host/root.js';
import { settings } from '../host/settings/registry.js';
import type { Setting } from '../host/settings/setting.js';
import {
  applyChange,
  applyKept,
  describeChange,
  type PlannedChange,
  type TuneChange,
  undoOf,
  undoOfKept,
} from '../host/tuning/apply.js';
import { bootLoaderCommand } from '../host/tuning/boot-loader.js';
import { joinUndo, readJournal, writeJournal } from '../host/tuning/journal.js';
import { type KeptChange, planKept } from '../host/tuning/kept-files.js';
import { nearest } from '../spec/nearest.js';
import { printable } from '../spec/printable.js';
import { type Examined, examine, type HostOptions } from './host-check.js';
import { withJournal } from './host-journal.js';

export interface TuneOptions extends HostOptions {
  /** Ids of settings, or parts of ids. Default: all. */
  readonly only?: readonly string[] | undefined;
  readonly dryRun?: boolean | undefined;
  /** Write the files that keep the settings across boots too. */
  readonly persist?: boolean | undefined;
}

export interface TuneResult {
  /** In the order in which they were made. */
  readonly changes: readonly TuneChange[];
  /** What holds only after a boot. */
  readonly reboot: readonly { readonly id: string; readonly what: string }[];
  /** Files of ours, with what they hold now, or would. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Makes the boot loader take the new command line of the kernel; null: that did not change. */
  readonly bootLoader: string | null;
}

/**
 * Makes the settings right as far as the running system can, and writes down before what was there.
 * @throws VmError `usage.only` for an unknown id, `host.privilege`, `host.foreign-file`, `state.locked`, `state.journal`; what a single
 * change was refused is in the result.
 */
export async function hostTune(options: TuneOptions = {}): Promise<TuneResult> {
  const { sysroot, only = [], dryRun = false, persist = false } = options;
  const chosen = chooseSettings(only);
  if (dryRun) {
    const work = await planWork(options, chosen, persist);
    const changes = work.changes.map((planned) => ({ ...describeChange(planned), done: false, error: null }));
    return tuneResult(work, [...changes, ...work.kept.flatMap(dryKept)]);
  }
  return withJournal(sysroot, 'vm host tune', async (journal) => {
    const work = await planWork(options, chosen, persist);
    const coming = [
      ...work.changes.flatMap(({ change }) => undoOf(work.root, change)),
      ...work.kept.flatMap((kept) => undoOfKept(work.root, kept)),
    ];
    if (coming.length > 0) await writeJournal(journal, joinUndo(readJournal(journal), coming));
    const changes: TuneChange[] = [];
    for (const planned of work.changes) changes.push(await applyChange(work.root, planned));
    for (const kept of work.kept) changes.push(...(await applyKept(work.root, kept)));
    return tuneResult(work, changes);
  });
}

/** A whole id names one setting, a part of it all that contain it. @throws VmError `usage.only` */
function chooseSettings(only: readonly string[]): readonly Setting[] {
  if (only.length === 0) return settings;
  const ids = settings.map(({ id }) => id);
  const chosen = new Set(only.flatMap((wanted) => matching(wanted, ids)));
  return settings.filter(({ id }) => chosen.has(id));
}

function matching(wanted: string, ids: readonly string[]): string[] {
  if (ids.includes(wanted)) return [wanted];
  const found = wanted === '' ? [] : ids.filter((id) => id.includes(wanted));
  if (found.length > 0) return found;
  const near = nearest(wanted, ids);
  throw new VmError('usage.only', `there is no setting ${printable(wanted)}`, {
    hint: near === undefined ? '"vm host check" lists them.' : `Did you mean ${near}?`,
  });
}

interface Work {
  readonly root: Root;
  readonly examined: readonly Examined[];
  readonly changes: readonly PlannedChange[];
  readonly kept: readonly KeptChange[];
}

async function planWork(options: HostOptions, chosen: readonly Setting[], persist: boolean): Promise<Work> {
  const examined = await examine(options, chosen);
  const root = openRoot(options.sysroot);
  const changes = examined.flatMap(({ setting: { id }, verdict }) =>
    (verdict.changes ?? []).map((change) => ({ id, change })),
  );
  // Nothing is mounted in a folder, and no module loaded.
  const possible = changes.filter(({ change }) => root.live || change.kind === 'value');
  const fragments = examined.flatMap(({ setting: { id }, verdict }) =>
    (verdict.keep ?? []).map((fragment) => ({ id, fragment })),
  );
  const order = settings.map(({ id }) => id);
  return { root, examined, changes: possible, kept: persist ? planKept(root, fragments, order) : [] };
}

function dryKept({ path, before, ids }: KeptChange): TuneChange[] {
  const from = before === null ? 'absent' : 'our file of before';
  return ids.map((id) => ({ id, what: path, from, to: 'written', done: false, error: null }));
}

function tuneResult({ root, examined, kept }: Work, changes: readonly TuneChange[]): TuneResult {
  return {
    changes,
    reboot: examined.flatMap(({ setting: { id }, verdict }) =>
      verdict.reboot === undefined ? [] : [{ id, what: verdict.reboot }],
    ),
    files: kept.map(({ path, after }) => ({ path, text: after })),
    bootLoader: kept.some(({ file }) => file === 'grub') ? bootLoaderCommand(root) : null,
  };
}
