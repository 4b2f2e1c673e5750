/** Takes along what a VM holds of the host for its CPUs: its partition, its shares of the caches, where interrupts may come. Each step can be done again. */
import { type KernelFiles, kernelFiles } from '../host/kernel-files.js';
import type { CacheGroupPlan, CacheWays } from '../plan/cache/allocation.js';
import type { Claim } from '../plan/facts.js';
import { type Holds, isSameWays } from '../plan/holds.js';
import { growCacheGroup, shrinkCacheGroup } from './cache-group.js';
import { giveBackInterrupts, stuckInterrupts, takeInterrupts, takenFromInterrupts } from './interrupts.js';
import { movePartition } from './partition.js';
import type { VmRecord } from './record.js';

/** Whether a VM holds anything for its CPUs. */
export function holdsForCpus({ partition, interrupts, cacheGroups }: Holds): boolean {
  return partition !== null || interrupts !== null || cacheGroups.length > 0;
}

/** The record of a VM that holds these: also what is given back in the end. */
export function withHolds(record: VmRecord, { partition, interrupts, cacheGroups }: Holds): VmRecord {
  const resources = record.resources.map((resource) => {
    if (resource.kind === 'partition') return { ...resource, ...partition };
    if (resource.kind === 'interrupts') return { ...resource, ...interrupts };
    if (resource.kind !== 'cacheGroup') return resource;
    return { ...resource, ...cacheGroups.find(({ group }) => group === resource.group) };
  });
  return { ...record, resources, plan: { ...record.plan, partition, interrupts, cacheGroups } };
}

/**
 * Takes what it is to have where it goes, before its threads move; what it had in other caches is left to {@link leaveHolds}. Only who
 * holds the lock on claims may.
 * @returns a sentence on interrupts that nobody may move.
 * @throws VmError `host.cgroup`, `host.resctrl`, `host.interrupts` with the kernel's own words.
 */
export function takeHolds(
  from: Holds,
  to: Holds,
  others: readonly Claim[],
  files: KernelFiles = kernelFiles,
): string[] {
  const waysOfOthers = others.flatMap(({ cacheWays = [] }) => cacheWays);
  // Of two shares of one cache the default group could be left with nothing.
  for (const ways of exchanged(from, to)) shrinkCacheGroup({ ways: [ways] }, waysOfOthers, files);
  for (const group of to.cacheGroups) growCacheGroup(group, files);
  if (to.partition !== null) movePartition(to.partition, files);
  if (to.interrupts === null) return [];
  const theirs = takenFromInterrupts(others);
  // First those that come back: what it goes to stays free of them.
  const goal = [...theirs, ...to.interrupts.cpus];
  if (from.interrupts !== null) giveBackInterrupts(from.interrupts, goal, files);
  const stuck = takeInterrupts(to.interrupts, theirs, files);
  return stuck.length === 0 ? [] : [stuckInterrupts(stuck)];
}

/** Ways that it has of a cache, of which it is to have others. */
function exchanged(from: Holds, to: Holds): CacheWays[] {
  const wanted = to.cacheGroups.flatMap(({ ways }) => ways);
  const isSameCache = (one: CacheWays, other: CacheWays) =>
    one.resource === other.resource && one.domain === other.domain;
  return from.cacheGroups
    .flatMap(({ ways }) => ways)
    .filter((old) => wanted.some((ways) => isSameCache(old, ways)))
    .filter((old) => !wanted.some((ways) => isSameWays(old, ways)));
}

/** Gives back, once its threads have moved, its ways of the caches that it has left. Only who holds the lock on claims may. */
export function leaveHolds(
  from: Holds,
  to: Holds,
  others: readonly Claim[],
  files: KernelFiles = kernelFiles,
): void {
  const kept = to.cacheGroups.flatMap(({ ways }) => ways);
  const theirs = [...others.flatMap(({ cacheWays = [] }) => cacheWays), ...kept];
  for (const group of from.cacheGroups) shrinkCacheGroup(changed(group, kept), theirs, files);
}

/** Without the ways that it keeps. */
function changed(group: CacheGroupPlan, kept: readonly CacheWays[]): CacheGroupPlan {
  const isKept = (ways: CacheWays) => kept.some((one) => isSameWays(one, ways));
  return { ...group, ways: group.ways.filter((ways) => !isKept(ways)) };
}
