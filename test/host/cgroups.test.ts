import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCgroups, runsSystemd } from '../../src/host/cgroups.js';
import { openRoot } from '../../src/host/root.js';
import { writeTree } from '../support/hosts.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'vm-cgroups-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

it('knows nothing of a tree without mounts', () => {
  expect(readCgroups(openRoot(tree))).toBeNull();
});

it('finds no cgroup v2 among the mounts', () => {
  writeTree(tree, { 'proc/mounts': 'cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\n' });
  expect(readCgroups(openRoot(tree))).toEqual({ lacks: 'mount' });
});

it('reads the controllers, and which of them are handed on', () => {
  writeTree(tree, {
    'proc/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n',
    'sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory\n',
    'sys/fs/cgroup/cgroup.subtree_control': 'memory\n',
  });
  expect(readCgroups(openRoot(tree))).toEqual({
    mount: '/sys/fs/cgroup',
    controllers: ['cpuset', 'cpu', 'io', 'memory'],
    enabled: ['memory'],
    whole: true,
    legacy: {},
  });
});

it('tells which controllers cgroup v1 holds beside it', () => {
  writeTree(tree, {
    'proc/mounts':
      'cgroup /sys/fs/cgroup/cpuset cgroup rw,relatime,cpuset 0 0\ncgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n',
    'sys/fs/cgroup/unified/cgroup.controllers': 'hugetlb\n',
    'sys/fs/cgroup/unified/cgroup.subtree_control': '\n',
  });
  expect(readCgroups(openRoot(tree))).toMatchObject({
    mount: '/sys/fs/cgroup/unified',
    controllers: ['hugetlb'],
    enabled: [],
    legacy: { cpuset: '/sys/fs/cgroup/cpuset', cpu: '/sys/fs/cgroup/cpu,cpuacct' },
  });
});

it('takes a group that has a type for that of a container', () => {
  writeTree(tree, {
    'proc/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n',
    'sys/fs/cgroup/cgroup.type': 'domain\n',
  });
  expect(readCgroups(openRoot(tree))).toMatchObject({ whole: false });
});

it('tells whether systemd runs', () => {
  writeTree(tree, { 'run/systemd/seats/x': '' });
  expect(runsSystemd(openRoot(tree))).toBe(false);
  writeTree(tree, { 'run/systemd/system/x': '' });
  expect(runsSystemd(openRoot(tree))).toBe(true);
});
