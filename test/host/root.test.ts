import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRoot } from '../../src/host/root.js';

let outside: string;
let tree: string;

beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), 'vm-root-'));
  tree = join(outside, 'tree');
  mkdirSync(join(tree, 'sys/devices/cpu0'), { recursive: true });
  mkdirSync(join(tree, 'sys/class'), { recursive: true });
  writeFileSync(join(outside, 'secret'), 'outside\n');
  writeFileSync(join(tree, 'sys/devices/cpu0/online'), '1\n');
  symlinkSync('../devices/cpu0', join(tree, 'sys/class/relative'));
  symlinkSync('/sys/devices/cpu0', join(tree, 'sys/class/absolute'));
  symlinkSync(join(outside, 'secret'), join(tree, 'sys/class/escape'));
  symlinkSync('../../../secret', join(tree, 'sys/class/climb'));
  symlinkSync('loop', join(tree, 'sys/class/loop'));
  symlinkSync('../devices/gone', join(tree, 'sys/class/dangling'));
  execFileSync('mkfifo', [join(tree, 'sys/class/fifo')]);
});

afterAll(() => rmSync(outside, { recursive: true }));

describe('a captured tree', () => {
  it('is read as text, names and kinds; what is absent is undefined or empty', () => {
    const root = openRoot(tree);
    expect(root.live).toBe(false);
    expect(root.text('/sys/devices/cpu0/online')).toBe('1\n');
    expect(root.head('/sys/devices/cpu0/online', 1)).toBe('1');
    expect(root.text('/sys/devices/cpu0/absent')).toBeUndefined();
    expect(root.text('/sys/devices/cpu0')).toBeUndefined();
    expect(root.names('/sys/devices')).toEqual(['cpu0']);
    expect(root.names('/sys/absent')).toEqual([]);
    expect([root.exists('/sys/devices'), root.exists('/sys/absent')]).toEqual([true, false]);
    expect([root.isFolder('/sys/devices/cpu0'), root.isFolder('/sys/devices/cpu0/online')]).toEqual([
      true,
      false,
    ]);
  });

  it('has its links followed inside it, relative and absolute ones', () => {
    const root = openRoot(tree);
    expect(root.text('/sys/class/relative/online')).toBe('1\n');
    expect(root.text('/sys/class/absolute/online')).toBe('1\n');
    expect(root.link('/sys/class/relative')).toBe('../devices/cpu0');
    expect(root.link('/sys/class/dangling')).toBe('../devices/gone');
    expect(root.link('/sys/devices/cpu0')).toBeUndefined();
  });

  it('is never left, neither by links nor by paths', () => {
    const root = openRoot(tree);
    for (const path of [
      '/sys/class/escape',
      '/sys/class/climb',
      '/../secret',
      '/sys/class/loop',
      '/sys/class/dangling',
    ]) {
      expect([path, root.text(path), root.exists(path)]).toEqual([path, undefined, false]);
    }
  });

  it('has no FIFO opened, which would block', () => {
    const root = openRoot(tree);
    expect(root.text('/sys/class/fifo')).toBeUndefined();
    expect(root.head('/sys/class/fifo', 10)).toBeUndefined();
  });

  it('that is no folder is an error', () => {
    for (const path of [join(outside, 'absent'), join(outside, 'secret')]) {
      expect(() => openRoot(path)).toThrow(expect.objectContaining({ code: 'usage.sysroot' }));
    }
  });
});

it('the live root is this machine', () => {
  const root = openRoot();
  expect(root.live).toBe(true);
  expect(root.text('/proc/self/status')).toContain('Cpus_allowed_list');
  expect(root.text('/proc/no-such-file')).toBeUndefined();
});
