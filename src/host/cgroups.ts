/** Reads which cgroups a host has. Kernel: Documentation/admin-guide/cgroup-v2.rst. */
import type { CgroupFacts, NoCgroups } from '../plan/cgroup/facts.js';
import { type Mount, readMounts } from './mounts.js';
import type { Root } from './root.js';

/** @returns null where nothing is known: a captured tree without mounts. */
export function readCgroups(root: Root): CgroupFacts | NoCgroups | null {
  const mounts = readMounts(root);
  const mount = mounts.find(({ type }) => type === 'cgroup2')?.mount;
  if (mount === undefined) return mounts.length === 0 ? null : { lacks: 'mount' };
  const words = (file: string) => (root.text(`${mount}/${file}`) ?? '').split(/\s+/).filter(Boolean);
  return {
    mount,
    controllers: words('cgroup.controllers'),
    enabled: words('cgroup.subtree_control'),
    // The root group alone has no type.
    whole: !root.exists(`${mount}/cgroup.type`),
    legacy: Object.fromEntries(mounts.flatMap(legacyControllers)),
  };
}

/** As sd_booted(3) asks it. */
export function runsSystemd(root: Root): boolean {
  return root.isFolder('/run/systemd/system');
}

const controllers = ['cpuset', 'cpu', 'memory', 'blkio', 'pids', 'hugetlb'];

function legacyControllers({ mount, type, options }: Mount): [string, string][] {
  if (type !== 'cgroup') return [];
  return controllers.filter((name) => options.includes(name)).map((name) => [name, mount]);
}
