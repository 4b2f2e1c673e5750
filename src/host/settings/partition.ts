/** What divides the machine between VMs while it runs: cgroup v2's cpuset, and the caches (resctrl). */
import { defineSetting } from './setting.js';

function mountsOf(text: string | undefined): { path: string; type: string; options: string[] }[] {
  return (text ?? '').split('\n').map((line) => {
    const [, path = '', type = '', options = ''] = line.split(' ');
    return { path, type, options: options.split(',') };
  });
}

export const cgroupCpuset = defineSetting({
  id: 'cgroup.cpuset',
  group: 'Isolation',
  what: 'cgroup v2 with the controller cpuset',
  why: 'An isolated partition frees CPUs for a VM while it runs, without a boot.',
  reads: '/proc/mounts, cgroup.controllers',
  wants: 'the controller in the hierarchy of cgroup v2',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: 'Linux: Documentation/admin-guide/cgroup-v2: Cpuset',
  read({ root }) {
    const mounts = mountsOf(root.text('/proc/mounts') ?? root.text('/proc/self/mounts'));
    const unified = mounts.find(({ type }) => type === 'cgroup2')?.path;
    return {
      unified,
      controllers: unified === undefined ? '' : (root.text(`${unified}/cgroup.controllers`)?.trim() ?? ''),
      v1: mounts.some(({ type, options }) => type === 'cgroup' && options.includes('cpuset')),
    };
  },
  judge({ unified, controllers, v1 }) {
    const wanted = 'cpuset in cgroup v2';
    if (controllers.split(' ').includes('cpuset')) {
      return { status: 'ok', found: `cpuset at ${unified}`, wanted };
    }
    const found =
      unified === undefined
        ? 'no cgroup v2'
        : `cgroup v2 at ${unified} with ${controllers === '' ? 'no controller' : controllers}`;
    return {
      status: 'note',
      found: v1 ? `${found}; cpuset is with cgroup v1` : found,
      wanted,
      advice: 'Isolation by cgroup is not to be had: boot with systemd.unified_cgroup_hierarchy=1.',
    };
  },
});

const resctrlPath = '/sys/fs/resctrl';

export const resctrl = defineSetting({
  id: 'resctrl',
  group: 'Isolation',
  what: 'allocation of caches and memory bandwidth',
  why: 'A noisy neighbour cannot push a VM out of the shared cache where the VM has ways of its own.',
  reads: '/proc/filesystems, /proc/mounts, /proc/cpuinfo: cat_l3, cat_l2, mba',
  wants: `mounted at ${resctrlPath}, where the CPU has it`,
  applied: 'mounted',
  kept: null,
  undone: 'unmounted',
  risk: 'none by itself: nothing is limited until groups are made',
  source: 'Linux: Documentation/filesystems/resctrl',
  read: ({ root, facts }) => ({
    flags: facts.cpuFlags?.filter((flag) => /^(cat_l[23]|cdp_l[23]|mba|rdt_a)$/.test(flag)) ?? null,
    kernel: /\sresctrl$/m.test(root.text('/proc/filesystems') ?? ''),
    mounted: mountsOf(root.text('/proc/mounts')).some(({ type }) => type === 'resctrl'),
  }),
  judge({ flags, kernel, mounted }) {
    if (mounted) return { status: 'ok', found: `mounted (${flags?.join(', ') || 'flags unknown'})` };
    if (flags === null || flags.length === 0)
      return { status: 'ok', found: flags === null ? 'not told here' : 'this CPU shows none' };
    if (!kernel) {
      return {
        status: 'note',
        found: `${flags.join(', ')}, but not in this kernel`,
        advice: 'A kernel with CONFIG_X86_CPU_RESCTRL has it.',
      };
    }
    return {
      status: 'warn',
      found: `${flags.join(', ')}, not mounted`,
      wanted: `mounted at ${resctrlPath}`,
      advice: `vm host tune --only resctrl; at boot a line in /etc/fstab: resctrl ${resctrlPath} resctrl defaults 0 0`,
      changes: [{ kind: 'mount', type: 'resctrl', path: resctrlPath }],
    };
  },
});
