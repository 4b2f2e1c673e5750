/** Whether the vCPUs have their shares of the caches (resctrl). Pure. */
import type { VmSpec } from '../../spec/schema.js';
import type { CacheGroupPlan } from '../cache/allocation.js';
import { isBandwidth, parseSchemata } from '../cache/schemata.js';
import { countWays } from '../cache/ways.js';
import { type Check, judged } from './check.js';
import type { RunningVm } from './running.js';

/** The name of each group that the spec makes. */
export function cacheGroupNames({ name, placement }: VmSpec): string[] {
  return placement.cache.map((_, index) => (index === 0 ? `vm-${name}` : `vm-${name}.${index}`));
}

/** @param planned shares as planned now: which ways may differ from those that the launch took, how many may not. */
export function judgeCache(spec: VmSpec, planned: readonly CacheGroupPlan[], running: RunningVm): Check[] {
  const advice = `Start it anew: vm restart ${spec.name}.`;
  return cacheGroupNames(spec).flatMap((group, index): Check[] => {
    const id = `cache.${index}`;
    const found = running.cacheGroups.get(group);
    if (found === undefined)
      return [judged(`${id}.tasks`, `there is a resctrl group ${group}`, false, 'there is none', advice)];
    const vcpus = spec.placement.cache[index]?.vcpus ?? null;
    const own = running.vcpus.filter((vcpu) => vcpus === null || vcpus.includes(vcpu.index));
    const outside = own.filter(({ threadId }) => !found.threadIds.includes(threadId));
    const share = planned.find((plan) => plan.group === group);
    return [
      judged(
        `${id}.tasks`,
        `${vcpus === null ? 'all vCPUs' : `vCPUs ${vcpus.join(', ')}`} are in the resctrl group ${group}`,
        outside.length === 0,
        outside.length === 0
          ? `${own.length} threads are`
          : `threads ${outside.map(({ threadId }) => threadId).join(', ')} are not`,
        `Put them back: vm place ${spec.name}.`,
      ),
      ...(share === undefined ? [] : [judgeWays(id, share, found.schemata, running, advice)]),
    ];
  });
}

function judgeWays(
  id: string,
  { ways, bandwidth }: CacheGroupPlan,
  schemata: string,
  running: RunningVm,
  advice: string,
): Check {
  const found = parseSchemata(schemata);
  const inDefault = parseSchemata(running.cacheGroups.get('')?.schemata ?? '');
  const value = (resource: string, domain: number) => found.get(resource)?.get(domain) ?? 0;
  const wrongWays = ways.filter(({ resource, domain, mask, ofDefault }) => {
    const has = value(resource, domain);
    const shared = (inDefault.get(resource)?.get(domain) ?? 0) & has;
    return countWays(has) !== countWays(mask) || (ofDefault !== null && shared !== 0);
  });
  const wrongBandwidth = bandwidth.filter(({ domain, value: wanted }) => value('MB', domain) !== wanted);
  const wanted = [
    ...ways.map(({ resource, domain, mask }) => `${countWays(mask)} ways of ${resource} ${domain}`),
    ...bandwidth.map((each) => `bandwidth ${each.value} of domain ${each.domain}`),
  ];
  const lines = [...found].map(([resource, domains]) => {
    const base = isBandwidth(resource) ? 10 : 16;
    return `${resource}: ${[...domains].map(([domain, one]) => `${domain}=${one.toString(base)}`).join(', ')}`;
  });
  const isKept = wrongWays.length === 0 && wrongBandwidth.length === 0;
  return judged(`${id}.ways`, `they have ${wanted.join(', ')}`, isKept, lines.join('; '), advice);
}
