import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRoot, type Root } from '../../../src/host/root.js';
import { applyChange } from '../../../src/host/tuning/apply.js';
import { undoOne } from '../../../src/host/tuning/revert.js';
import { writeChange, writeValue } from '../../../src/host/tuning/write-value.js';
import { FakeRoot } from '../../support/fake-root.js';

let tree: FakeRoot;
let root: Root;
beforeEach(() => {
  tree = new FakeRoot({
    'proc/sys/vm/swappiness': '60\n',
    'sys/choice': 'always [madvise] never\n',
    'sys/bare': '1',
  });
  root = openRoot(tree.path);
});
afterEach(() => tree.dispose());

const value = { kind: 'value', path: '/proc/sys/vm/swappiness', from: '60', to: '10' } as const;

describe('a value of a tree', () => {
  it('is written as the kernel would show it', async () => {
    await writeValue(root, '/proc/sys/vm/swappiness', '10');
    await writeValue(root, '/sys/choice', 'never');
    await writeValue(root, '/sys/bare', '0');
    expect([tree.text('proc/sys/vm/swappiness'), tree.text('sys/choice'), tree.text('sys/bare')]).toEqual([
      '10\n',
      'always madvise [never]\n',
      '0',
    ]);
  });

  it('that vanished between read and write is said, and no file is made', async () => {
    tree.remove('proc/sys/vm/swappiness');
    const change = await applyChange(root, { id: 'vm.swappiness', change: value });
    expect(change).toEqual({
      id: 'vm.swappiness',
      what: '/proc/sys/vm/swappiness',
      from: '60',
      to: '10',
      done: false,
      error: "/proc/sys/vm/swappiness can't be set to 10: it is not there",
    });
    expect(root.exists('/proc/sys/vm/swappiness')).toBe(false);
    expect(await undoOne(root, value)).toMatchObject({ outcome: 'gone', error: null });
  });

  it('is never written outside the tree, nor into what is no file', async () => {
    const outside = join(tree.path, '../outside-of-the-tree');
    writeFileSync(outside, 'untouched');
    symlinkSync(outside, join(tree.path, 'sys/escape'));
    symlinkSync('../../outside-of-the-tree', join(tree.path, 'sys/climb'));
    execFileSync('mkfifo', [join(tree.path, 'sys/fifo')]);
    for (const path of ['/sys/escape', '/sys/climb', '/sys/fifo', '/sys'])
      await expect(writeValue(root, path, '1')).rejects.toMatchObject({ code: 'host.setting' });
    expect(readFileSync(outside, 'utf8')).toBe('untouched');
    execFileSync('rm', [outside]);
  });

  it('comes with what must hold meanwhile, which gets back what it had', async () => {
    tree.write({ 'proc/percent': '0\n', 'proc/rate': '1\n' });
    const around = { path: '/proc/percent', value: '25' };
    await writeChange(root, { path: '/proc/rate', to: '2', while: around });
    expect([tree.text('proc/rate'), tree.text('proc/percent')]).toEqual(['2\n', '0\n']);
    tree.remove('proc/rate');
    await expect(writeChange(root, { path: '/proc/rate', to: '3', while: around })).rejects.toThrow(
      'not there',
    );
    expect(tree.text('proc/percent')).toBe('0\n');
  });
});
