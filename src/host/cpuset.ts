/** The CPUs and memory nodes that we are confined to: cgroup v2 (`cpuset.cpus.effective`), cgroup v1 and the older cpuset file system, and our own affinity. */
import { posix } from 'node:path';
import { readMounts } from './mounts.js';
import { kernelCpuList, keyValues } from './parse.js';
import type { Root } from './root.js';

/**
 * The CPUs that our threads may be given, ascending; null: unknown.
 *
 * On the live machine it is our affinity, which no thread that we start leaves by itself. CPUs of `isolcpus=` are missing in it
 * although they may be asked for, so they are added where our cpuset has them. In a captured tree only its cgroups speak: the
 * affinity of whoever made the capture says nothing about the machine.
 */
export function readAllowedCpus(root: Root): number[] | null {
  const cpuset = readCpuset(root, 'cpus');
  if (!root.live) return cpuset;
  const affinity = kernelCpuList(keyValues(root.text('/proc/self/status')).get('Cpus_allowed_list'));
  if (affinity === null) return cpuset;
  const isolated = kernelCpuList(root.text('/sys/devices/system/cpu/isolated')) ?? [];
  const inCpuset = cpuset === null ? isolated : isolated.filter((cpu) => cpuset.includes(cpu));
  return [...new Set([...affinity, ...inCpuset])].sort((a, b) => a - b);
}

/** The nodes that our memory may come from, ascending; null: unknown. Nodes without memory are none of them. */
export function readAllowedNodes(root: Root): number[] | null {
  const cpuset = readCpuset(root, 'mems');
  if (!root.live) return cpuset;
  return kernelCpuList(keyValues(root.text('/proc/self/status')).get('Mems_allowed_list')) ?? cpuset;
}

/** What a cpuset confines: CPUs or memory nodes. */
type Confined = 'cpus' | 'mems';

interface Hierarchy {
  readonly mount: string;
  /** Our group in it. */
  readonly group: string;
  /** Files that hold the list, the effective one first. */
  readonly files: readonly string[];
}

function readCpuset(root: Root, what: Confined): number[] | null {
  for (const hierarchy of hierarchies(root, what)) {
    const list = readUpwards(root, hierarchy);
    if (list !== null) return list;
  }
  return null;
}

/** Where the controller `cpuset` is: a v1 hierarchy of its own, else the v2 one. */
function hierarchies(root: Root, what: Confined): Hierarchy[] {
  const mounts = readMounts(root);
  const groups = (root.text('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    return controllers === undefined || group === undefined
      ? []
      : [{ controllers: controllers.split(','), group }];
  });
  const cpusetGroup =
    groups.find(({ controllers }) => controllers.includes('cpuset'))?.group ??
    root.text('/proc/self/cpuset')?.trim();
  const unifiedGroup = groups.find(({ controllers }) => controllers.join() === '')?.group;
  return mounts.flatMap(({ mount, type, options }): Hierarchy[] => {
    if (type === 'cpuset' || (type === 'cgroup' && options.includes('cpuset'))) {
      const prefix = type === 'cpuset' || options.includes('noprefix') ? '' : 'cpuset.';
      return [
        { mount, group: cpusetGroup ?? '/', files: [`${prefix}effective_${what}`, `${prefix}${what}`] },
      ];
    }
    return type === 'cgroup2'
      ? [{ mount, group: unifiedGroup ?? cpusetGroup ?? '/', files: [`cpuset.${what}.effective`] }]
      : [];
  });
}

/** A group without the controller, or one that is mounted higher up than our namespace shows, has what the nearest group above it has. */
function readUpwards(root: Root, { mount, group, files }: Hierarchy): number[] | null {
  // resolve() keeps a `/../x`, which groups outside our namespace are shown as, below the mount.
  for (let path = posix.resolve('/', group); ; path = posix.dirname(path)) {
    for (const file of files) {
      const list = kernelCpuList(root.text(posix.join(mount, path, file)));
      if (list !== null && list.length > 0) return list;
    }
    if (path === '/') return null;
  }
}
