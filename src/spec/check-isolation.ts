/** Checks of `placement.isolation`. Pure. */
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

const key = 'placement.isolation';

/** What can't be isolated on any host. */
export function checkIsolation({ placement }: VmSpec): KeyIssue[] {
  const { isolation, vcpus, exclusive } = placement;
  if (isolation === 'none') return [];
  const issues: KeyIssue[] = [];
  if (vcpus === 'none') {
    issues.push({
      key,
      message: 'isolates the CPUs of vCPUs, and placement.vcpus: none gives them none',
      hint: 'write placement.vcpus: auto, or remove isolation',
    });
  }
  if (!exclusive) {
    issues.push({
      key,
      message:
        'CPUs that are isolated for this VM can not be shared with others (placement.exclusive: false)',
      hint: 'remove one of the two',
    });
  }
  return issues;
}
