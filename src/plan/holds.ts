/** What a VM holds of the host for the CPUs that it is on, and what becomes of that where it moves to others. Pure. */
import type { VmSpec } from '../spec/schema.js';
import type { CacheGroupPlan, CacheWays } from './cache/allocation.js';
import { withWaysAgain } from './cache/default-group.js';
import type { ResctrlFacts } from './cache/facts.js';
import { planCacheGroups } from './cache/groups.js';
import { planPartition } from './cgroup/partition.js';
import type { Claim } from './facts.js';
import type { PlanNotes } from './findings.js';
import type { PlanInput } from './input.js';
import { interruptCpus, planInterrupts } from './interrupts.js';
import type { PlacementPlan, VmPlan } from './plan.js';

export type Holds = Pick<VmPlan, 'partition' | 'cacheGroups' | 'interrupts'>;

type HostState = Pick<PlanInput, 'host' | 'claims' | 'resctrl' | 'cgroups' | 'interrupts'>;

/**
 * What this host can't give is a finding.
 * @param now what it holds where it is.
 * @param spec what it was started from, with the numbers of the vCPUs that it has now in each share of a cache.
 */
export function planHolds(
  state: HostState & { readonly spec: VmSpec },
  now: Holds & { readonly placement: PlacementPlan },
  placement: PlacementPlan,
  notes: PlanNotes,
): Holds {
  const input = { ...state, resctrl: asIfGivenBack(state, now.cacheGroups) ?? null };
  const { partition, interrupts } = now;
  const isCached = now.cacheGroups.length > 0 && !isSamePlace(placement, now.placement);
  const cacheGroups = isCached ? planCacheGroups(input, placement, notes) : now.cacheGroups;
  if (interruptCpus(placement).join() === interruptCpus(now.placement).join())
    return { partition, interrupts, cacheGroups };
  const moved = partition === null ? null : planPartition(input, placement, notes);
  return {
    // A controller that it has switched on stays its own to switch off.
    partition: partition && { ...partition, cpus: moved?.cpus ?? partition.cpus },
    interrupts: interrupts && planInterrupts(input, placement, interrupts.devices, notes, interrupts),
    cacheGroups,
  };
}

function isSamePlace(one: PlacementPlan, other: PlacementPlan): boolean {
  const places = ({ vcpus }: PlacementPlan) => JSON.stringify(vcpus.map(({ vcpu, cpus }) => [vcpu, cpus]));
  return places(one) === places(other);
}

/** The caches without what the VM itself has of them. */
function asIfGivenBack(
  { resctrl = null, claims }: HostState,
  own: readonly CacheGroupPlan[],
): HostState['resctrl'] {
  if (resctrl === null || 'lacks' in resctrl) return resctrl;
  const groups = resctrl.groups
    .filter(({ name }) => own.every(({ group }) => group !== name))
    .map((group) => (group.name === '' ? { ...group, schemata: defaultGroup(resctrl, claims, own) } : group));
  return { ...resctrl, groups };
}

function defaultGroup(
  { groups, caches }: ResctrlFacts,
  claims: readonly Claim[],
  own: readonly CacheGroupPlan[],
): ResctrlFacts['groups'][number]['schemata'] {
  const found = groups.find(({ name }) => name === '')?.schemata ?? new Map<string, Map<number, number>>();
  const theirs = claims.flatMap(({ cacheWays = [] }) => cacheWays);
  const exclusive = own.flatMap(({ ways }) => ways).filter(({ ofDefault }) => ofDefault !== null);
  return new Map(
    [...found].map(([resource, masks]) => {
      const sparse = caches.some((cache) => cache.name === resource && cache.sparse);
      const again = [...masks].map(([domain, mask]): [number, number] => {
        const here = (ways: CacheWays) => ways.resource === resource && ways.domain === domain;
        const mine = exclusive.find(here);
        return [domain, mine ? withWaysAgain(mask, mine, theirs.filter(here), { sparse }) : mask];
      });
      return [resource, new Map(again)];
    }),
  );
}

/** While it moves it holds both; what it is to hold of a partition in the end, which has its CPUs at every moment. */
export function bothHolds(before: Holds, after: Holds): Holds {
  const cpus = [...(before.interrupts?.cpus ?? []), ...(after.interrupts?.cpus ?? [])];
  return {
    partition: after.partition,
    interrupts: after.interrupts && {
      ...after.interrupts,
      cpus: [...new Set(cpus)].sort((a, b) => a - b),
    },
    cacheGroups: after.cacheGroups.map((group) => {
      const old = before.cacheGroups.find((other) => other.group === group.group)?.ways ?? [];
      return { ...group, ways: bothWays(old, group.ways) };
    }),
  };
}

/** The new ones last: of two in the same cache they are what the group has. */
function bothWays(before: readonly CacheWays[], after: readonly CacheWays[]): CacheWays[] {
  return [...before.filter((old) => after.every((ways) => !isSameWays(old, ways))), ...after];
}

export function isSameWays(one: CacheWays, other: CacheWays): boolean {
  return one.resource === other.resource && one.domain === other.domain && one.mask === other.mask;
}
