/** Why a host can't do with cgroups what a spec wants. Pure. */
import type { HostFacts } from '../facts.js';
import type { Finding } from '../findings.js';
import type { CgroupFacts, NoCgroups } from './facts.js';

interface Wanted {
  readonly cgroups: CgroupFacts | NoCgroups | null;
  readonly host: Pick<HostFacts, 'root'>;
  readonly key: string;
  readonly controllers: readonly string[];
  readonly find: (finding: Finding) => void;
}

/** @returns whether something lacks; it is reported then. What is unknown lacks not. */
export function reportLacking({ cgroups, host, key, controllers, find }: Wanted): boolean {
  const lack = (message: string, hint: string): true => {
    find({ severity: 'missing', code: 'host.cgroup', key, message, hint });
    return true;
  };
  if (cgroups !== null && 'lacks' in cgroups) {
    return lack('cgroup v2 is not mounted', 'Mount it: mount -t cgroup2 none /sys/fs/cgroup.');
  }
  const missing = controllers.find((name) => cgroups !== null && !cgroups.controllers.includes(name));
  if (cgroups !== null && missing !== undefined) {
    // The controller of v1 that became io is called blkio.
    const legacy = cgroups.legacy[missing === 'io' ? 'blkio' : missing];
    return legacy === undefined
      ? lack(
          `cgroup v2 has no controller ${missing} here`,
          `It needs a kernel with it, and no cgroup_disable=${missing} on its command line.`,
        )
      : lack(
          `cgroup v1 holds the controller ${missing} (${legacy}), so that cgroup v2 has none`,
          'Boot with systemd.unified_cgroup_hierarchy=1, or unmount that of v1.',
        );
  }
  if (host.root === false) {
    return lack(
      'only root may change the root cgroup',
      key === 'limits' ? 'Start the VM as root, or write limits.cgroup: systemd.' : 'Start the VM as root.',
    );
  }
  return false;
}
