/** The NUMA node that a device of the host hangs on (Documentation/ABI/testing/sysfs-bus-pci, numa_node). */
import { posix as path } from 'node:path';
import type { BlockDeviceFacts } from '../plan/facts.js';
import { wholeNumber } from './parse.js';
import type { Root } from './root.js';

const netFolder = '/sys/class/net';
const blockFolder = '/sys/class/block';

/** Bridges on bonds on VLANs, RAID on LVM on partitions: deeper than this is a circle. */
const deepest = 8;

/** The node of a network interface; of a bridge, bond or VLAN, that of the first interface below it that has one. */
export function nodeOfInterface(root: Root, name: string, depth = 0): number | null {
  const folder = `${netFolder}/${name}`;
  const own = climb(root, folder);
  if (own !== null || depth >= deepest) return own;
  const below = root.names(folder).flatMap((entry) => /^lower_(.+)$/.exec(entry)?.[1] ?? []);
  return firstOf(below, (lower) => nodeOfInterface(root, lower, depth + 1));
}

/** Block devices by name, with the numbers that files on them show; null where the tree has none to show. */
export function readBlockDevices(root: Root): BlockDeviceFacts[] | null {
  if (!root.isFolder(blockFolder)) return null;
  return root.names(blockFolder).map((name) => ({
    name,
    number: root.text(`${blockFolder}/${name}/dev`)?.trim() ?? null,
    node: nodeOfBlockDevice(root, name),
  }));
}

function nodeOfBlockDevice(root: Root, name: string, depth = 0): number | null {
  const folder = `${blockFolder}/${name}`;
  const own = climb(root, folder);
  if (own !== null || depth >= deepest) return own;
  return firstOf(root.names(`${folder}/slaves`), (lower) => nodeOfBlockDevice(root, lower, depth + 1));
}

/** From a class's link up through the device and what it is plugged into, to the first that tells. */
function climb(root: Root, link: string): number | null {
  const target = root.link(link);
  if (target === undefined) return null;
  for (let folder = path.resolve(path.dirname(link), target); folder !== '/'; folder = path.dirname(folder)) {
    const node = wholeNumber(root.text(`${folder}/numa_node`) ?? root.text(`${folder}/device/numa_node`));
    if (node !== null) return node;
  }
  return null;
}

function firstOf(names: readonly string[], nodeOf: (name: string) => number | null): number | null {
  for (const name of names) {
    const node = nodeOf(name);
    if (node !== null) return node;
  }
  return null;
}
