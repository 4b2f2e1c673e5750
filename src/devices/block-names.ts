/** The names of the nodes and objects of a disk, and which of them the device reads. Pure. */
import { createHash } from 'node:crypto';
import type { DiskPlan } from './disk-plan.js';

/** QEMU's limit on names of nodes (block.c) is 31 characters; a longer one keeps its head and its hash. */
const longestName = 31;

/** A name for a node or object of a disk. */
export function nodeName(id: string, suffix: string): string {
  const whole = `${id}-${suffix}`;
  if (whole.length <= longestName) return whole;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 8);
  return `${id.slice(0, longestName - suffix.length - hash.length - 2)}-${hash}-${suffix}`;
}

export const fileNode = (id: string, depth: number) => nodeName(id, depth === 0 ? 'file' : `b${depth}-file`);
export const formatNode = (id: string, depth: number) =>
  nodeName(id, depth === 0 ? 'format' : `b${depth}-format`);

export const throttleSuffix = (index: number) => `throttle${index === 0 ? '' : index}`;

/** The node that the device reads. */
export function topNode({ id, throttles, spec }: DiskPlan): string {
  if (throttles.length > 0) return nodeName(id, throttleSuffix(throttles.length - 1));
  return spec.copyOnRead ? nodeName(id, 'cor') : formatNode(id, 0);
}

/** QEMU's five cache modes are three switches: host cache, flushes and write-back (docs: qemu-img, cache modes). */
export const cacheSwitches: Readonly<
  Record<DiskPlan['cache'], { direct: boolean; noFlush: boolean; writeCache: 'on' | 'off' }>
> = {
  none: { direct: true, noFlush: false, writeCache: 'on' },
  writeback: { direct: false, noFlush: false, writeCache: 'on' },
  writethrough: { direct: false, noFlush: false, writeCache: 'off' },
  directsync: { direct: true, noFlush: false, writeCache: 'off' },
  unsafe: { direct: false, noFlush: true, writeCache: 'on' },
};
