/** Makes the changes that the settings ask for, each written down before. */
import { VmError } from '../../errors.js';
import { run } from '../../runtime/run.js';
import { reasonOf } from '../../runtime/thrown.js';
import type { Root } from '../root.js';
import { readValue } from '../settings/reading.js';
import type { Change } from '../settings/setting.js';
import type { Undo } from './journal.js';
import { type KeptChange, missingFolders, writeKept } from './kept-files.js';
import { writeChange } from './write-value.js';

/** A change with the setting that asks for it. */
export interface PlannedChange {
  readonly id: string;
  readonly change: Change;
}

/** What came of a change, or would come. */
export interface TuneChange {
  readonly id: string;
  /** A file, `module NAME`, or the place of a mount. */
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** Whether it is made; false in a dry run, and where `error` says why not. */
  readonly done: boolean;
  readonly error: string | null;
}

export function describeChange({ id, change }: PlannedChange): Omit<TuneChange, 'done' | 'error'> {
  switch (change.kind) {
    case 'value':
      return { id, what: change.path, from: change.from, to: change.to };
    case 'module':
      return { id, what: `module ${change.name}`, from: 'not loaded', to: 'loaded' };
    case 'mount':
      return { id, what: change.path, from: 'not mounted', to: `${change.type} is mounted` };
  }
}

/** What undoes a change. A file that must hold something else meanwhile is put back too, after it. */
export function undoOf(root: Root, change: Change): Undo[] {
  if (change.kind === 'module') return [{ kind: 'module', name: change.name }];
  if (change.kind === 'mount') return [{ kind: 'mount', path: change.path }];
  const { path, from, to } = change;
  const around = change.while === undefined ? undefined : readValue(root, change.while.path);
  return [
    ...(around?.state === 'value'
      ? [{ kind: 'value', path: around.path, from: around.value, to: around.value } as const]
      : []),
    { kind: 'value', path, from, to, ...(change.while ? { while: change.while } : {}) },
  ];
}

export function undoOfKept(root: Root, { path, before, after }: KeptChange): Undo[] {
  return [
    ...missingFolders(root, path).map((folder) => ({ kind: 'folder', path: folder }) as const),
    { kind: 'file', path, before, after },
  ];
}

/** Makes one change. What fails is told, and keeps no other from being made. */
export async function applyChange(root: Root, planned: PlannedChange): Promise<TuneChange> {
  return attempt(describeChange(planned), async () => {
    const { change } = planned;
    if (change.kind === 'value') return writeChange(root, change);
    if (!root.live) throw new VmError('host.setting', 'only the running machine can do this');
    if (change.kind === 'module') return tool('modprobe', change.name);
    return tool('mount', '-t', change.type, change.type, change.path);
  });
}

export function applyKept(root: Root, kept: KeptChange): Promise<TuneChange[]> {
  const { path, before, after, ids } = kept;
  const from = before === null ? 'absent' : 'our file of before';
  return Promise.all(
    ids.map((id) =>
      attempt({ id, what: path, from, to: 'written' }, async () => writeKept(root, path, after)),
    ),
  );
}

async function attempt(
  change: Omit<TuneChange, 'done' | 'error'>,
  make: () => Promise<void>,
): Promise<TuneChange> {
  try {
    await make();
    return { ...change, done: true, error: null };
  } catch (error) {
    return { ...change, done: false, error: reasonOf(error) };
  }
}

/** @throws VmError `host.setting` with the tool's own words. */
export async function tool(name: string, ...args: string[]): Promise<void> {
  const { status, stderr } = await run(name, args, { timeout: 60 });
  if (status === 0) return;
  throw new VmError('host.setting', `${name} ${args.join(' ')}: ${stderr.trim() || 'failed'}`);
}
