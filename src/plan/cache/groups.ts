/** A VM's shares of the caches: a resctrl group for each. Pure. */
import type { CacheShare } from '../../spec/cache.js';
import type { PlanNotes } from '../findings.js';
import type { PlanInput } from '../input.js';
import type { PlacementPlan } from '../plan.js';
import { type CacheGroupPlan, type CacheInput, waysOf } from './allocation.js';
import { planBandwidth } from './bandwidth.js';
import type { CacheResource } from './facts.js';

/** Gives every share a group of its own. What this host can't give is a finding, and left out. */
export function planCacheGroups(
  { spec, resctrl, claims }: Pick<PlanInput, 'spec' | 'resctrl' | 'claims'>,
  placement: PlacementPlan,
  notes: PlanNotes,
): CacheGroupPlan[] {
  const shares = spec.placement.cache;
  if (shares.length === 0 || !resctrl) return [];
  if ('lacks' in resctrl) {
    notes.find({ severity: 'missing', code: 'host.resctrl', key, ...lacking[resctrl.lacks] });
    return [];
  }
  const claimed = claims.flatMap(({ cacheWays = [] }) => cacheWays);
  const input = { vm: spec.name, shares, resctrl, claimed, ...notes };
  refuseTooMany(input);
  const groups: CacheGroupPlan[] = [];
  for (const [index, share] of shares.entries()) {
    const vcpus = share.vcpus ?? Array.from({ length: spec.cpu.vcpus }, (_, vcpu) => vcpu);
    const cpus = placement.vcpus
      .filter(({ vcpu }) => vcpus.includes(vcpu))
      .flatMap(({ cpu, cpus: floating }) => (cpu === null ? floating : [cpu]));
    const before = [...claimed, ...groups.flatMap(({ ways }) => ways)];
    groups.push({
      group: index === 0 ? `vm-${spec.name}` : `vm-${spec.name}.${index}`,
      vcpus,
      ways: wantedWays(share, input).flatMap(([resource, count]) =>
        waysOf(resource, count, { ...input, share, cpus, claimed: before }),
      ),
      bandwidth: planBandwidth(share, cpus, resctrl, notes.find),
    });
  }
  return groups;
}

const lacking = {
  cpu: { message: "this CPU can't share out its caches", hint: 'Leave placement.cache out.' },
  kernel: {
    message: "this kernel can't share out caches",
    hint: 'It needs CONFIG_X86_CPU_RESCTRL, and no rdt=… on its command line that switches it off.',
  },
  mount: {
    message: 'the file system by which caches are shared out is not mounted',
    hint: 'Mount it: mount -t resctrl resctrl /sys/fs/resctrl.',
  },
} as const;

const key = 'placement.cache';

function refuseTooMany({ shares, resctrl, find }: CacheInput): void {
  const most = Math.min(...resctrl.caches.map(({ maxGroups }) => maxGroups));
  if (resctrl.groups.length + shares.length <= most) return;
  find({
    severity: 'missing',
    code: 'host.resctrl',
    key,
    message: `this CPU has room for ${most} groups of cache shares, and ${resctrl.groups.length} are there already`,
    hint: 'See them in /sys/fs/resctrl; stop a VM that has a share, or remove a group that nobody needs.',
  });
}

/** The resources that a share is about, with the number of ways of each. */
function wantedWays(share: CacheShare, { resctrl, find }: CacheInput): [CacheResource, number][] {
  const { l3Ways, l3CodeWays = l3Ways, l3DataWays = l3Ways, l2Ways } = share;
  const wanted: [readonly string[], number | undefined][] = [
    [['L3'], l3Ways],
    [['L3CODE'], l3CodeWays],
    [['L3DATA'], l3DataWays],
    [['L2', 'L2CODE', 'L2DATA'], l2Ways],
  ];
  const found = wanted.flatMap(([names, count]): [CacheResource, number][] => {
    const resources = resctrl.caches.filter(({ name }) => names.includes(name));
    return count === undefined ? [] : resources.map((resource) => [resource, count]);
  });
  const has = (level: string) => found.some(([{ name }]) => name.startsWith(level));
  const lack = (what: string, hint: string) =>
    find({
      severity: 'missing',
      code: 'host.resctrl',
      key,
      message: `this host can't share out ${what}`,
      hint,
    });
  if (l2Ways !== undefined && !has('L2')) lack('its L2 caches', 'Leave l2Ways out.');
  if (l3Ways !== undefined && !has('L3')) lack('its L3 caches', 'Leave l3Ways out.');
  const split = share.l3CodeWays !== undefined || share.l3DataWays !== undefined;
  if (split && !has('L3CODE')) {
    lack(
      'L3 caches between code and data',
      'Mount resctrl with it: mount -t resctrl -o cdp resctrl /sys/fs/resctrl; or say l3Ways.',
    );
  }
  return found;
}
