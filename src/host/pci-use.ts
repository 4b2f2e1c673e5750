/**
 * Which PCI devices this machine can't do without: file systems and swap are on them, or its way to the network. Linux: proc(5),
 * Documentation/filesystems/proc (mountinfo), Documentation/ABI/stable/sysfs-block.
 */
import { posix as path } from 'node:path';
import type { Root } from './root.js';

/** RAID on LVM on partitions, bridges on bonds: deeper than this is a circle. */
const deepest = 8;

/** @returns by address, what for; the first use of a device counts. */
export function readPciUse(root: Root): ReadonlyMap<string, string> {
  const use = new Map<string, string>();
  const note = (addresses: readonly string[], what: string) => {
    for (const address of addresses) if (!use.has(address)) use.set(address, what);
  };
  const mounts = readMounts(root);
  for (const { point, block } of mounts) {
    if (block === undefined) continue;
    for (const name of withBtrfs(root, block))
      note(pciOfBlock(root, name), `${point} is mounted from it (${name})`);
  }
  for (const name of swapDevices(root)) note(pciOfBlock(root, name), `swap is on it (${name})`);
  for (const name of routeInterfaces(root)) {
    note(pciOfInterface(root, name), `the default route goes through it (${name})`);
  }
  if (mounts.some(({ type }) => type === 'zfs')) {
    for (const name of root.names('/sys/class/block')) {
      note(pciOfBlock(root, name), `ZFS is mounted, and does not tell whether it has this disk (${name})`);
    }
  }
  return use;
}

interface Mount {
  readonly point: string;
  readonly type: string;
  /** The name of its block device, as in `sda1`; undefined: it has none. */
  readonly block: string | undefined;
}

/** `24 27 253:1 / /boot rw,relatime shared:1 - ext4 /dev/vda1 rw`: optional fields end with the dash. */
function readMounts(root: Root): Mount[] {
  return lines(root.text('/proc/self/mountinfo')).flatMap((line): Mount[] => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , number = '', , point = ''] = left.split(' ');
    const [type = '', source = ''] = right.split(' ');
    const byNumber = root.link(`/sys/dev/block/${number}`);
    // File systems over several devices have a number of their own.
    const block = byNumber === undefined ? blockOfNode(root, source) : path.basename(byNumber);
    return [{ point: unescaped(point), type, block }];
  });
}

/** Blanks and their kind are three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Of `/dev/mapper/root`, which is a link, `dm-0`. */
function blockOfNode(root: Root, node: string): string | undefined {
  if (!node.startsWith('/dev/')) return undefined;
  const name = path.basename(root.link(node) ?? node);
  return root.link(`/sys/class/block/${name}`) === undefined ? undefined : name;
}

function withBtrfs(root: Root, block: string): readonly string[] {
  for (const name of root.names('/sys/fs/btrfs')) {
    const members = root.names(`/sys/fs/btrfs/${name}/devices`);
    if (members.includes(block)) return members;
  }
  return [block];
}

function swapDevices(root: Root): string[] {
  return lines(root.text('/proc/swaps')).flatMap(
    (line) => blockOfNode(root, line.split(/\s/)[0] ?? '') ?? [],
  );
}

/** Interfaces of IPv4 and IPv6 default routes; `lo` has one that rejects. */
function routeInterfaces(root: Root): string[] {
  const four = lines(root.text('/proc/net/route')).flatMap((line) => {
    const [name = '', destination, , , , , , mask] = line.split(/\s+/);
    return destination === '00000000' && mask === '00000000' ? [name] : [];
  });
  const six = lines(root.text('/proc/net/ipv6_route')).flatMap((line) => {
    const [destination = '', length, , , , , , , , name = ''] = line.trim().split(/\s+/);
    return /^0+$/.test(destination) && length === '00' && name !== 'lo' ? [name] : [];
  });
  return [...four, ...six];
}

function pciOfBlock(root: Root, name: string, depth = 0): string[] {
  const folder = `/sys/class/block/${name}`;
  const real = target(root, folder);
  if (real === undefined || depth > deepest) return [];
  const own = pciOf(real);
  if (own !== undefined) return [own];
  const below = root.names(`${folder}/slaves`).flatMap((slave) => pciOfBlock(root, slave, depth + 1));
  return [...below, ...pciOfMultipath(root, real)];
}

/** NVMe's own multipath puts the disk below a subsystem, whose controllers are links to where they are plugged in. */
function pciOfMultipath(root: Root, real: string): string[] {
  const [subsystem] = /^.*\/nvme-subsystem\/nvme-subsys\d+/.exec(real) ?? [];
  if (subsystem === undefined) return [];
  return root
    .names(subsystem)
    .filter((name) => /^nvme\d+$/.test(name))
    .flatMap((name) => pciOf(target(root, `${subsystem}/${name}`) ?? '') ?? []);
}

function pciOfInterface(root: Root, name: string, depth = 0): string[] {
  const folder = `/sys/class/net/${name}`;
  const real = target(root, folder);
  if (real === undefined || depth > deepest) return [];
  const own = pciOf(real);
  if (own !== undefined) return [own];
  const below = root.names(folder).flatMap((entry) => /^lower_(.+)$/.exec(entry)?.[1] ?? []);
  return below.flatMap((lower) => pciOfInterface(root, lower, depth + 1));
}

function target(root: Root, link: string): string | undefined {
  const text = root.link(link);
  return text === undefined ? undefined : path.resolve(path.dirname(link), text);
}

/** The function that it hangs on: the last address of the way there; those before are bridges. */
function pciOf(real: string): string | undefined {
  return real.match(/[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?=\/)/g)?.at(-1);
}

function lines(text: string | undefined): string[] {
  return text?.split('\n').filter((line) => line !== '') ?? [];
}
