/** Which keys of a spec are paths on the host, and what a relative one is relative to. Pure. */
import { posix as path } from 'node:path';
import { sourcePathKeys } from '../devices/block-sources.js';
import { isInlineText, isPublicKey } from '../devices/cloud-init-section.js';
import { peripheralPathKeys } from './peripheral-paths.js';
import type { Position } from './position.js';
import type { MapNode, SpecNode } from './tree.js';

/** Keys whose value is a path; `[]` stands for every item of a list. */
export const pathKeys = [
  'boot.kernel',
  'boot.initrd',
  'boot.code',
  'boot.variables',
  'boot.nvram',
  'boot.rom',
  'boot.splash',
  'disks[].source',
  ...sourcePathKeys.map((key) => `disks[].source.${key}` as const),
  'disks[].backing[].source',
  ...sourcePathKeys.map((key) => `disks[].backing[].source.${key}` as const),
  'disks[].backing[].encryption.secretFile',
  'disks[].encryption.secretFile',
  'disks[].reservations',
  'memory.path',
  'memory.modules[].path',
  ...peripheralPathKeys,
  'qemu.binary',
] as const;

/** The one key that may also be a name to look for in PATH. */
const commandKeys: ReadonlySet<string> = new Set(['qemu.binary']);

/** Keys whose value is a path, or itself what the file would hold. */
const holdsContent: Readonly<Record<string, (value: string) => boolean>> = {
  'cloudInit.userData': isInlineText,
  'cloudInit.vendorData': isInlineText,
  'cloudInit.networkConfig': isInlineText,
  'cloudInit.sshKeys[]': isPublicKey,
};

/** Makes every path absolute: a relative one is relative to the folder of the file that it stands in. */
export function resolvePaths(root: MapNode, folderOf: (position: Position) => string): MapNode {
  let resolved: SpecNode = root;
  for (const key of [...pathKeys, ...Object.keys(holdsContent)]) {
    const resolve = (node: SpecNode): SpecNode => {
      if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '') return node;
      if (holdsContent[key]?.(node.value)) return node;
      if (commandKeys.has(key) && !node.value.includes('/')) return node;
      return { ...node, value: path.resolve(folderOf(node.position), node.value) };
    };
    resolved = change(resolved, key.replaceAll('[]', '.[]').split('.'), resolve);
  }
  return resolved.kind === 'map' ? resolved : root;
}

function change(
  node: SpecNode,
  [part, ...rest]: readonly string[],
  resolve: (node: SpecNode) => SpecNode,
): SpecNode {
  if (part === undefined) return resolve(node);
  if (part === '[]') {
    return node.kind === 'list'
      ? { ...node, items: node.items.map((item) => change(item, rest, resolve)) }
      : node;
  }
  const entry = node.kind === 'map' ? node.entries.get(part) : undefined;
  if (node.kind !== 'map' || !entry) return node;
  return {
    ...node,
    entries: new Map(node.entries).set(part, { ...entry, node: change(entry.node, rest, resolve) }),
  };
}
