/** Which ways of which cache a VM gets, among all who have some. Pure. */
import type { CacheShare } from '../../spec/cache.js';
import { formatCpuList } from '../../units.js';
import type { PlanNotes } from '../findings.js';
import type { CacheResource, ResctrlFacts } from './facts.js';
import { chooseWays, countWays, largestRun } from './ways.js';

/** Ways of one cache, that are ours. */
export interface CacheWays {
  readonly resource: string;
  /** The kernel's id of the cache. */
  readonly domain: number;
  readonly mask: number;
  /** What the default group had before anybody took ways from it; null: nothing is taken from it. */
  readonly ofDefault: number | null;
}

/** A resctrl group: a folder with these ways, and the threads of these vCPUs in it. */
export interface CacheGroupPlan {
  readonly group: string;
  readonly vcpus: readonly number[];
  readonly ways: readonly CacheWays[];
  readonly bandwidth: readonly { readonly domain: number; readonly value: number }[];
}

export interface CacheInput extends PlanNotes {
  readonly vm: string;
  readonly shares: readonly CacheShare[];
  readonly resctrl: ResctrlFacts;
  /** Ways of the other live VMs, whether or not their groups are there yet. */
  readonly claimed: readonly CacheWays[];
}

export interface ShareInput extends CacheInput {
  readonly share: CacheShare;
  /** Where its vCPUs run; empty: anywhere. */
  readonly cpus: readonly number[];
}

const key = 'placement.cache';

/** Ways in every cache of this kind that the vCPUs run below. */
export function waysOf(resource: CacheResource, count: number, input: ShareInput): CacheWays[] {
  const { resctrl, cpus, find } = input;
  const wanted = Math.max(count, resource.minWays, 1);
  const level = Number(resource.name.charAt(1));
  const domains = resctrl.domains.filter(
    (domain) =>
      domain.level === level && (cpus.length === 0 || domain.cpus.some((cpu) => cpus.includes(cpu))),
  );
  if (wanted !== count) {
    find({
      severity: 'warning',
      code: 'host.resctrl',
      key,
      message: `${wanted} ways of ${resource.name} instead of ${count}: a group can't have fewer on this CPU`,
    });
  }
  return domains.flatMap(({ id }) => waysOfDomain(resource, id, wanted, input));
}

function waysOfDomain(
  resource: CacheResource,
  domain: number,
  count: number,
  input: ShareInput,
): CacheWays[] {
  const { decide, find, share, resctrl } = input;
  const name = resource.name;
  const here = input.claimed.filter((ways) => ways.resource === name && ways.domain === domain);
  const ofDefault = maskOf(resctrl, '', name, domain) ?? resource.all;
  const configured = here.reduce((mask, ways) => (mask | (ways.ofDefault ?? 0)) >>> 0, ofDefault);
  const held =
    (heldByGroups(resource, domain, resctrl) | here.reduce((mask, ways) => mask | ways.mask, 0)) >>> 0;
  const mask = chooseWays(count, { all: resource.all, held, ofDefault, ofHardware: resource.shareable });
  const cache = `${name} of cache ${domain}`;
  if (mask === undefined) {
    const free = (resource.all & ~held) >>> 0;
    find({
      severity: 'missing',
      code: 'host.resctrl',
      key,
      message: `${count} neighbouring ways of ${cache} are not free: of ${countWays(resource.all)}, ${countWays(free)} are, at most ${countWays(largestRun(free))} side by side`,
      hint: 'Ask for fewer ways, or stop a VM that has some.',
    });
    return [];
  }
  const taken = here.reduce((all, ways) => (ways.ofDefault === null ? all : all | ways.mask), mask);
  const left = (ofDefault & ~taken) >>> 0;
  const kept = resource.sparse ? left : largestRun(left);
  if (share.exclusive && countWays(kept) < Math.max(resource.minWays, 1)) {
    find({
      severity: 'missing',
      code: 'host.resctrl',
      key,
      message: `nothing of ${cache} would be left for the host's own programs`,
      hint: 'Ask for fewer ways, or leave exclusive out.',
    });
    return [];
  }
  decide({
    key,
    value: `${cache}: ${count} ways (mask ${mask.toString(16)})`,
    reason: reasonOf({ mask, ofDefault, exclusive: share.exclusive, vcpus: share.vcpus }),
  });
  return [{ resource: name, domain, mask, ofDefault: share.exclusive ? configured : null }];
}

function reasonOf(chosen: {
  mask: number;
  ofDefault: number;
  exclusive: boolean;
  vcpus: readonly number[] | null;
}): string {
  const shared = (chosen.mask & chosen.ofDefault) >>> 0;
  const who = chosen.vcpus === null ? '' : `for vCPUs ${formatCpuList(chosen.vcpus)}; `;
  if (shared === 0) return `${who}ways that nobody else uses`;
  return chosen.exclusive
    ? `${who}taken away from the host's own programs while the VM runs`
    : `${who}no other group has them; the host's own programs use ${countWays(shared)} of them too`;
}

function maskOf(
  { groups }: ResctrlFacts,
  group: string,
  resource: string,
  domain: number,
): number | undefined {
  return groups
    .find(({ name }) => name === group)
    ?.schemata.get(resource)
    ?.get(domain);
}

/** Ways of groups that somebody made for a purpose. A new group starts with all ways, and holds none of them before it is given some. */
function heldByGroups({ name, all }: CacheResource, domain: number, resctrl: ResctrlFacts): number {
  return resctrl.groups
    .filter((group) => group.name !== '' && !group.name.startsWith('vm-'))
    .map((group) => maskOf(resctrl, group.name, name, domain) ?? 0)
    .filter((mask) => mask !== all)
    .reduce((held, mask) => held | mask, 0);
}
