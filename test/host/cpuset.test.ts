import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAllowedCpus, readAllowedNodes } from '../../src/host/cpuset.js';
import { openRoot } from '../../src/host/root.js';
import { writeTree } from '../support/hosts.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'vm-cpuset-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

/** Takes the tree for the running machine. */
const live = () => readAllowedCpus({ ...openRoot(tree), live: true });

describe('memory nodes', () => {
  it('are those of our cpuset, or none that is known', () => {
    writeTree(tree, {
      'proc/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n',
      'proc/self/cgroup': '0::/a/b\n',
      'sys/fs/cgroup/a/cpuset.mems.effective': '1\n',
      'sys/fs/cgroup/cpuset.mems.effective': '0-1\n',
    });
    expect(readAllowedNodes(openRoot(tree))).toEqual([1]);
    writeTree(tree, {
      'proc/mounts': 'cgroup /cs cgroup rw,cpuset 0 0\n',
      'proc/self/cgroup': '3:cpuset:/x\n',
      'cs/x/cpuset.effective_mems': '\n',
      'cs/x/cpuset.mems': '0\n',
    });
    expect(readAllowedNodes(openRoot(tree))).toEqual([0]);
    writeTree(tree, { 'proc/mounts': '', 'proc/self/status': 'Mems_allowed_list:\t3\n' });
    expect(readAllowedNodes(openRoot(tree))).toBeNull();
    expect(readAllowedNodes({ ...openRoot(tree), live: true })).toEqual([3]);
  });
});

describe('on the live machine', () => {
  it('our affinity counts', () => {
    writeTree(tree, { 'proc/self/status': 'Name:\tvm\nCpus_allowed:\tf\nCpus_allowed_list:\t0-3\n' });
    expect(live()).toEqual([0, 1, 2, 3]);
  });

  it('CPUs of isolcpus=, which no affinity has by default, are added', () => {
    writeTree(tree, {
      'proc/self/status': 'Cpus_allowed_list:\t0,10\n',
      'sys/devices/system/cpu/isolated': '1-3\n',
    });
    expect(live()).toEqual([0, 1, 2, 3, 10]);
  });

  it('but only those that our cpuset has', () => {
    writeTree(tree, {
      'proc/self/status': 'Cpus_allowed_list:\t0\n',
      'sys/devices/system/cpu/isolated': '1-3\n',
      'proc/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n',
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/cpuset.cpus.effective': '0-2\n',
    });
    expect(live()).toEqual([0, 1, 2]);
  });

  it('without an affinity the cpuset counts', () => {
    expect(live()).toBeNull();
  });
});
