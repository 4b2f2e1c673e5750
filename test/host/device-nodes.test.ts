import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeOfInterface, readBlockDevices } from '../../src/host/device-nodes.js';
import { openRoot } from '../../src/host/root.js';
import { writeTree } from '../support/hosts.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'vm-device-nodes-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

const port = 'sys/devices/pci0000:40/0000:40:01.0';

/** As the kernel has it: the class holds links into the tree of devices. */
function device(folder: string, link: string, files: Record<string, string> = {}): void {
  writeTree(tree, { [`${folder}/uevent`]: '' });
  writeTree(
    tree,
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])),
  );
  mkdirSync(join(tree, link, '..'), { recursive: true });
  symlinkSync(`../../../${folder}`, join(tree, link));
}

it('an interface is on the node of its card; a bridge on that of what is below it', () => {
  const root = openRoot(tree);
  device(`${port}/net/eth0`, 'sys/class/net/eth0');
  writeTree(tree, { [`${port}/numa_node`]: '1\n' });
  device('sys/devices/virtual/net/bond0', 'sys/class/net/bond0');
  symlinkSync('../../eth0', join(tree, 'sys/devices/virtual/net/bond0/lower_eth0'));
  device('sys/devices/virtual/net/br0', 'sys/class/net/br0');
  symlinkSync('../tap0', join(tree, 'sys/devices/virtual/net/br0/lower_tap0'));
  symlinkSync('../bond0', join(tree, 'sys/devices/virtual/net/br0/lower_bond0'));
  device('sys/devices/virtual/net/tap0', 'sys/class/net/tap0');
  expect(['eth0', 'bond0', 'br0', 'tap0', 'none'].map((name) => nodeOfInterface(root, name))).toEqual([
    1,
    1,
    1,
    null,
    null,
  ]);
  writeTree(tree, { [`${port}/numa_node`]: '-1\n' });
  expect(nodeOfInterface(root, 'br0')).toBeNull();
});

it('goes round no circle', () => {
  device('sys/devices/virtual/net/a', 'sys/class/net/a');
  symlinkSync('../a', join(tree, 'sys/devices/virtual/net/a/lower_a'));
  expect(nodeOfInterface(openRoot(tree), 'a')).toBeNull();
});

it('a block device is on the node of its controller; a partition, RAID or volume on that of what it is made of', () => {
  device(`${port}/nvme/nvme0/nvme0n1`, 'sys/class/block/nvme0n1', { dev: '259:0\n' });
  device(`${port}/nvme/nvme0/nvme0n1/nvme0n1p1`, 'sys/class/block/nvme0n1p1', { dev: '259:1\n' });
  writeTree(tree, { [`${port}/numa_node`]: '1\n' });
  device('sys/devices/virtual/block/dm-0', 'sys/class/block/dm-0', { dev: '253:0\n' });
  writeTree(tree, { 'sys/devices/virtual/block/dm-0/slaves/nvme0n1p1': '' });
  device('sys/devices/virtual/block/loop0', 'sys/class/block/loop0');
  expect(readBlockDevices(openRoot(tree))).toEqual([
    { name: 'dm-0', number: '253:0', node: 1 },
    { name: 'loop0', number: null, node: null },
    { name: 'nvme0n1', number: '259:0', node: 1 },
    { name: 'nvme0n1p1', number: '259:1', node: 1 },
  ]);
});

it('is unknown in a tree without block devices', () => {
  expect(readBlockDevices(openRoot(tree))).toBeNull();
});
