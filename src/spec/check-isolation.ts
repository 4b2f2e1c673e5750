/** Checks of what `placement` keeps off the CPUs of the vCPUs. Pure. */
import type { KeyIssue } from './error.js';
import { isLimited } from './limits.js';
import type { VmSpec } from './schema.js';

/** What can't be kept off on any host. */
export function checkIsolation({ placement, limits, memory, numa }: VmSpec): KeyIssue[] {
  const { isolation, interrupts, vcpus, exclusive } = placement;
  const rows = Array.isArray(numa) ? numa : [memory];
  const isRestrictive = [...rows, ...memory.modules].some(({ policy }) => policy === 'restrictive');
  const issues: KeyIssue[] = [];
  const placeless = (part: string): KeyIssue => ({
    key: `placement.${part}`,
    message: 'is about the CPUs of the vCPUs, and placement.vcpus: none gives them none',
    hint: `write placement.vcpus: auto, or remove ${part}`,
  });
  if (isolation !== 'none' && vcpus === 'none') issues.push(placeless('isolation'));
  if (interrupts !== 'stay' && vcpus === 'none') issues.push(placeless('interrupts'));
  if (isolation !== 'none' && !exclusive) {
    issues.push({
      key: 'placement.isolation',
      message:
        'CPUs that are isolated for this VM can not be shared with others (placement.exclusive: false)',
      hint: 'remove one of the two',
    });
  }
  if (isolation !== 'none' && isLimited(limits)) {
    issues.push({
      key: 'placement.isolation',
      message: 'needs QEMU in the root cgroup, which has no limits',
      hint: 'remove isolation, or limits',
    });
  }
  if (isolation !== 'none' && isRestrictive) {
    issues.push({
      key: 'placement.isolation',
      message: 'needs QEMU in the root cgroup, which policy: restrictive can not confine to nodes',
      hint: 'remove isolation, or write policy: bind',
    });
  }
  const { memoryHigh, memoryMax } = limits;
  if (memoryHigh !== undefined && memoryMax !== undefined && memoryHigh > memoryMax) {
    issues.push({
      key: 'limits.memoryHigh',
      message: 'is above limits.memoryMax, and would never be reached',
      hint: 'lower it',
    });
  }
  return issues;
}
