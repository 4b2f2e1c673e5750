import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPciUse } from '../../src/host/pci-use.js';
import { openRoot } from '../../src/host/root.js';
import { writeTree } from '../support/hosts.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'vm-use-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

const bus = '/sys/devices/pci0000:00/0000:00:01.0';
const uses = () => Object.fromEntries(readPciUse(openRoot(tree)));

function link(path: string, target: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  if (target.startsWith('/sys/devices/')) mkdirSync(join(tree, target), { recursive: true });
  symlinkSync(target, join(tree, path));
}

function disk(name: string, number: string, place: string): void {
  link(`sys/class/block/${name}`, place);
  link(`sys/dev/block/${number}`, place);
}

const mounts = (...lines: string[]) => writeTree(tree, { 'proc/self/mountinfo': `${lines.join('\n')}\n` });

it('is empty where nothing is known', () => {
  expect(uses()).toEqual({});
});

it('finds the disk of a mounted partition, and names the function and no bridge before it', () => {
  disk('nvme0n1p2', '259:2', `${bus}/0000:02:00.0/nvme/nvme0/nvme0n1/nvme0n1p2`);
  disk('sdb1', '8:17', `${bus}/0000:03:00.0/ata1/host0/block/sdb/sdb1`);
  mounts(
    '22 27 0:21 / /proc rw - proc proc rw',
    '27 1 259:2 / / rw,relatime shared:1 - ext4 /dev/root rw',
    '28 27 8:17 / /mnt/a\\040b rw - ext4 /dev/sdb1 rw',
  );
  expect(uses()).toEqual({
    '0000:02:00.0': '/ is mounted from it (nvme0n1p2)',
    '0000:03:00.0': '/mnt/a b is mounted from it (sdb1)',
  });
});

it('looks through what a disk is made of: device mapper, NVMe subsystems, btrfs', () => {
  disk('dm-0', '254:0', '/sys/devices/virtual/block/dm-0');
  link('sys/devices/virtual/block/dm-0/slaves/sda2', '/sys/class/block/sda2');
  disk('sda2', '8:2', `${bus}/0000:02:00.0/ata1/block/sda/sda2`);
  disk('nvme1n1', '259:9', '/sys/devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1');
  link('sys/devices/virtual/nvme-subsystem/nvme-subsys1/nvme1', `${bus}/0000:05:00.0/nvme/nvme1`);
  for (const name of ['sdc', 'sdd']) {
    disk(name, `8:${name === 'sdc' ? 32 : 48}`, `${bus}/0000:06:0${name === 'sdc' ? 0 : 1}.0/block/${name}`);
    link(`sys/fs/btrfs/6f5c/devices/${name}`, `/sys/class/block/${name}`);
  }
  link('dev/disk/by-uuid/6f5c', '/dev/sdd');
  mounts(
    '27 1 254:0 / / rw - xfs /dev/mapper/root rw',
    '28 27 259:9 / /srv rw - ext4 /dev/nvme1n1 rw',
    '29 27 0:33 /home /home rw - btrfs /dev/disk/by-uuid/6f5c rw',
  );
  expect(uses()).toEqual({
    '0000:02:00.0': '/ is mounted from it (dm-0)',
    '0000:05:00.0': '/srv is mounted from it (nvme1n1)',
    '0000:06:00.0': '/home is mounted from it (sdc)',
    '0000:06:01.0': '/home is mounted from it (sdd)',
  });
});

it('finds swap, and every disk where ZFS is mounted', () => {
  disk('sda3', '8:3', `${bus}/0000:02:00.0/block/sda/sda3`);
  disk('sdb', '8:16', `${bus}/0000:03:00.0/block/sdb`);
  writeTree(tree, { 'proc/swaps': 'Filename\tType\n/dev/sda3 partition 8 0 -2\n' });
  expect(uses()).toEqual({ '0000:02:00.0': 'swap is on it (sda3)' });
  mounts('27 1 0:30 / /tank rw - zfs tank rw');
  expect(uses()).toEqual({
    '0000:02:00.0': 'swap is on it (sda3)',
    '0000:03:00.0': 'ZFS is mounted, and does not tell whether it has this disk (sdb)',
  });
});

it('finds the cards of default routes, also below a bridge', () => {
  link('sys/class/net/eth0', `${bus}/0000:02:00.0/virtio0/net/eth0`);
  link('sys/class/net/eth1', `${bus}/0000:03:00.0/net/eth1`);
  link('sys/class/net/br0', '/sys/devices/virtual/net/br0');
  link('sys/devices/virtual/net/br0/lower_eth1', '/sys/class/net/eth1');
  link('sys/class/net/eth2', `${bus}/0000:04:00.0/net/eth2`);
  const zeros = '0'.repeat(32);
  writeTree(tree, {
    'proc/net/route': `Iface\tDestination\tGateway\nbr0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\neth2\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n`,
    'proc/net/ipv6_route': `${zeros} 00 ${zeros} 00 fe80 00000400 1 0 00000003     eth0\n${zeros} 00 ${zeros} 00 ${zeros} ffffffff 1 0 00200200       lo\n`,
  });
  expect(uses()).toEqual({
    '0000:02:00.0': 'the default route goes through it (eth0)',
    '0000:03:00.0': 'the default route goes through it (br0)',
  });
});
