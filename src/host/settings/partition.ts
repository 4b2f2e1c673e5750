/** What divides the machine between VMs while it runs: cgroup v2's cpuset, and the caches (resctrl). */
import { readResctrl, resctrlFolder } from '../resctrl.js';
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

function lackOf(found: ReturnType<typeof readResctrl>): 'cpu' | 'kernel' | 'mount' | null {
  return 'lacks' in found ? found.lacks : null;
}

export const resctrl = defineSetting({
  id: 'resctrl',
  group: 'Isolation',
  what: 'allocation of caches and memory bandwidth',
  why: 'A noisy neighbour cannot push a VM out of the shared cache where the VM has ways of its own.',
  reads: '/proc/filesystems, /proc/mounts, /proc/cpuinfo: cat_l3, cat_l2, mba',
  wants: `mounted at ${resctrlFolder}, where the CPU has it`,
  applied: 'mounted',
  kept: null,
  undone: 'unmounted',
  risk: 'none by itself: nothing is limited until groups are made',
  source: 'Linux: Documentation/filesystems/resctrl',
  read: ({ root, facts }) => ({
    lacks: lackOf(readResctrl(root, facts)),
    flags: facts.cpuFlags?.filter((flag) => /^(cat_l[23]|cdp_l[23]|mba)$/.test(flag)) ?? [],
  }),
  judge({ lacks, flags }, { needs }) {
    const needed = needs?.caches ?? false;
    const wanted = needed
      ? `mounted at ${resctrlFolder}: a VM is to have a share of the caches`
      : `mounted at ${resctrlFolder}`;
    if (lacks === null) return { status: 'ok', found: 'mounted', wanted };
    if (lacks === 'cpu' || flags.length === 0) {
      return { status: needed ? 'fail' : 'ok', found: 'this CPU shows none', ...(needed ? { wanted } : {}) };
    }
    const has = flags.join(', ');
    if (lacks === 'kernel') {
      return {
        status: needed ? 'fail' : 'note',
        found: `${has}, but not in this kernel`,
        advice: 'A kernel with CONFIG_X86_CPU_RESCTRL has it.',
      };
    }
    return {
      status: needed ? 'fail' : 'warn',
      found: `${has}, not mounted`,
      wanted,
      advice: `vm host tune --only resctrl; at boot a line in /etc/fstab: resctrl ${resctrlFolder} resctrl defaults 0 0`,
      changes: [{ kind: 'mount', type: 'resctrl', path: resctrlFolder }],
    };
  },
});
