/** Every setting through all that can come to it: wrong, right, absent, unreadable, read-only, gone between read and write, undone. */
import { chmodSync, chownSync, existsSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHostFacts } from '../../../src/host/facts.js';
import { openRoot } from '../../../src/host/root.js';
import type { HostNeeds } from '../../../src/host/settings/needs.js';
import { settings } from '../../../src/host/settings/registry.js';
import type { Aim, Machine, Setting, ValueChange, Verdict } from '../../../src/host/settings/setting.js';
import { applyChange, undoOf } from '../../../src/host/tuning/apply.js';
import { undoOne } from '../../../src/host/tuning/revert.js';
import { type FakeRoot, smallWrongRoot } from '../../support/fake-root.js';
import { noNeeds } from '../../support/needs.js';

/** Of VMs that ask for everything. */
const needs: HostNeeds = {
  ...noNeeds,
  pages: [2 * 1024 ** 2, 1024 ** 3].map((pageBytes) => ({ node: 0, pageBytes, pages: 4 })),
  isolated: [1, 11],
  pinned: true,
  taps: true,
  nested: true,
};
const aim: Aim = { profile: 'performance', perfPercent: 0, needs };

let root: FakeRoot;
beforeEach(() => {
  root = smallWrongRoot();
});
afterEach(() => root.dispose());

const machine = (): Machine => ({ root: openRoot(root.path), facts: readHostFacts(root.path) });
const examine = (setting: Setting): Verdict => setting.examine(machine(), aim);

function valueChanges(setting: Setting): ValueChange[] {
  return (examine(setting).changes ?? []).filter((change) => change.kind === 'value');
}

/** What the kernel does besides: a page that is reserved is free. */
function followKernel(changes: readonly ValueChange[]): void {
  for (const { path, pages } of changes)
    if (pages) root.write({ [join(dirname(path), 'free_hugepages')]: root.text(path) });
}

const apply = async (setting: Setting, changes: readonly ValueChange[]) => {
  const results = [];
  for (const change of changes)
    results.push(await applyChange(openRoot(root.path), { id: setting.id, change }));
  return results;
};

/** Root may write whatever the mode says. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

const notByValue = new Map([
  ['resctrl', 'mount'],
  ['vhost-net', 'module'],
]);
const changeable = settings.filter(({ applied, id }) => applied !== null && !notByValue.has(id));
/** A VM cannot have the pages that it needs from a pool that is not there. */
const withoutIt = (id: string) => (id.startsWith('memory.hugepages') ? ['fail'] : ['ok', 'note']);

describe.each(changeable.map((setting) => [setting.id, setting] as const))('%s', (id, setting) => {
  it('that is wrong asks for changes from what is there, and is right after them', async () => {
    const wrong = examine(setting);
    expect(['warn', 'fail']).toContain(wrong.status);
    expect(wrong.advice).toMatch(new RegExp(`^vm host tune --only ${id.replaceAll('.', '\\.')}`));
    const changes = valueChanges(setting);
    expect(changes.length).toBeGreaterThan(0);
    expect((await apply(setting, changes)).map(({ done, error }) => ({ done, error }))).toEqual(
      changes.map(() => ({ done: true, error: null })),
    );
    followKernel(changes);
    const right = examine(setting);
    expect({ status: right.status, changes: right.changes }).toEqual({ status: 'ok', changes: [] });
    expect(right.keep).toEqual(wrong.keep);
  });

  it('that is absent or can not be read is none that is wrong, and nothing is changed', () => {
    const paths = valueChanges(setting).map(({ path }) => path);
    for (const path of paths) root.makeUnreadable(path);
    const unread = examine(setting);
    expect(withoutIt(id)).toContain(unread.status);
    expect(unread.changes ?? []).toEqual([]);
    root.remove(...paths);
    const absent = examine(setting);
    expect(withoutIt(id)).toContain(absent.status);
    expect(absent.changes ?? []).toEqual([]);
  });

  it('that is read-only stays, and it is said', async () => {
    const changes = valueChanges(setting);
    const before = root.snapshot();
    chownSync(root.path, 65_534, 65_534);
    for (const { path } of changes) chmodSync(join(root.path, path), 0o444);
    for (const { done, error } of await asOrdinaryUser(() => apply(setting, changes))) {
      expect(done).toBe(false);
      expect(error).toMatch(/ can't be set to .+: EACCES/);
    }
    expect(root.snapshot()).toEqual(before);
  });

  it('that vanishes between read and write is not made, and there is nothing to undo', async () => {
    const changes = valueChanges(setting);
    root.remove(...changes.map(({ path }) => path));
    for (const { done, error } of await apply(setting, changes)) {
      expect(done).toBe(false);
      expect(error).toMatch(/ can't be set to .+: it is not there$/);
    }
    for (const change of changes) {
      expect(existsSync(join(root.path, change.path))).toBe(false);
      const [undo] = undoOf(openRoot(root.path), change).slice(-1);
      expect(undo && (await undoOne(openRoot(root.path), undo)).outcome).toBe('gone');
    }
  });

  it('is put back as it was, file by file, and who changed it since is told', async () => {
    const before = root.snapshot();
    const changes = valueChanges(setting);
    const undo = changes.flatMap((change) => undoOf(openRoot(root.path), change));
    const revert = async () => {
      const results = [];
      for (const one of undo.toReversed()) results.push(await undoOne(openRoot(root.path), one));
      return results;
    };
    await apply(setting, changes);
    const reverted = await revert();
    expect(root.snapshot()).toEqual(before);
    expect(reverted.filter(({ outcome, foreign }) => outcome === 'failed' || foreign !== null)).toEqual([]);
    expect((await revert()).every(({ outcome }) => outcome === 'same')).toBe(true);

    await apply(setting, changes);
    const [first] = changes;
    if (first === undefined) throw new Error('no change');
    root.write({ [first.path]: '77\n' });
    const told = (await revert()).find(({ what }) => what === first.path);
    expect(told).toMatchObject({ outcome: 'reverted', from: '77', foreign: first.pages ? null : '77' });
  });
});

describe('all of them', () => {
  it('that are not values of files are these', () => {
    for (const [id, kind] of notByValue) {
      const setting = settings.find((one) => one.id === id) as Setting;
      root.remove(...['dev/vhost-net', 'sys/module/vhost_net'].filter(() => id === 'vhost-net'));
      root.write({ 'lib/modules/6.1/x': '' });
      expect(examine(setting).changes?.map((change) => change.kind)).toEqual([kind]);
    }
    for (const setting of settings.filter(({ applied }) => applied === null))
      expect(examine(setting).changes ?? []).toEqual([]);
  });

  it('give a verdict whatever a single file is: absent, unreadable, empty, odd', () => {
    const files = Object.entries(root.snapshot()).filter(([path]) =>
      statSync(join(root.path, path)).isFile(),
    );
    expect(files.length).toBeGreaterThan(50);
    for (const [path, text] of files) {
      for (const state of [
        'absent',
        'unreadable',
        '',
        'odd \u0000[\n',
        '[',
        '-1\n',
        '99999999999999999999\n',
      ]) {
        if (state === 'absent') root.remove(path);
        else if (state === 'unreadable') root.makeUnreadable(path);
        else root.write({ [path]: state });
        const seen = machine();
        for (const setting of settings) {
          const { status, found, changes = [] } = setting.examine(seen, aim);
          const paths = changes.flatMap((change) => (change.kind === 'value' ? [change.path] : []));
          const wrong =
            !['ok', 'note', 'warn', 'fail'].includes(status) ||
            /undefined|NaN|null/.test(found) ||
            paths.some((changed) => !existsSync(join(root.path, changed)));
          expect(wrong && { path, state, id: setting.id, status, found, paths }).toBe(false);
        }
        rmSync(join(root.path, path), { recursive: true, force: true });
        root.write({ [path]: text });
      }
    }
  }, 60_000);
});
