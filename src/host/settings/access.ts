/** What this user may use. */
import { accessSync, constants } from 'node:fs';
import { formatBytes } from '../../units.js';
import { defineSetting, type Machine, type Setting } from './setting.js';

type Access = 'open' | 'closed' | 'absent' | 'unknown';

/** Of a tree nobody can tell who may open what. */
function accessOf({ root }: Machine, path: string): Access {
  if (!root.isFolder('/dev')) return 'unknown';
  if (!root.exists(path)) return 'absent';
  if (!root.live) return 'open';
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return 'open';
  } catch {
    return 'closed';
  }
}

const told = { applied: null, kept: null, risk: 'none: it is only told' } as const;

const kvm = defineSetting({
  id: 'access.kvm',
  group: 'Access',
  what: '/dev/kvm',
  why: 'Without it guests are emulated, ten times slower and more.',
  reads: '/dev/kvm',
  wants: 'to be opened by this user',
  ...told,
  source: 'Linux: Documentation/virt/kvm/api',
  read: (machine) => ({
    access: accessOf(machine, '/dev/kvm'),
    capable: machine.facts.cpuFlags?.some((flag) => flag === 'vmx' || flag === 'svm') ?? null,
  }),
  judge({ access, capable }, { needs }) {
    if (access === 'open')
      return { status: 'ok', found: 'opens', advice: 'Whether a guest really runs on it, "vm qemu" tries.' };
    if (access === 'unknown') return { status: 'note', found: 'not told here' };
    const status = needs !== null && !needs.kvm ? 'note' : 'fail';
    if (access === 'closed')
      return {
        status,
        found: 'not for this user',
        wanted: 'to be opened',
        advice: 'Add the user to the group kvm, and log in anew: usermod -aG kvm USER.',
      };
    return {
      status,
      found: capable === false ? 'absent: this CPU shows neither vmx nor svm' : 'absent',
      wanted: 'to be opened',
      advice:
        capable === false
          ? 'Switch virtualisation on in the setup of the firmware, or nesting on the host below.'
          : 'Load the module: modprobe kvm_intel or kvm_amd.',
    };
  },
});

const vfio = defineSetting({
  id: 'access.vfio',
  group: 'Access',
  what: '/dev/vfio',
  why: 'Through it QEMU gets devices of the host.',
  reads: '/dev/vfio/vfio and the groups beside it',
  wants: 'to be opened by this user, where a spec has a device of the host',
  ...told,
  source: 'Linux: Documentation/driver-api/vfio',
  read: (machine) => ({
    access: accessOf(machine, '/dev/vfio/vfio'),
    groups: machine.root
      .names('/dev/vfio')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ name, access: accessOf(machine, `/dev/vfio/${name}`) })),
  }),
  judge({ access, groups }, { needs }) {
    const needed = needs?.hostDevices ?? false;
    if (access === 'unknown') return { status: 'note', found: 'not told here' };
    if (access === 'absent')
      return {
        status: needed ? 'fail' : 'ok',
        found: 'absent',
        wanted: needed ? 'to be opened' : 'none: no VM has a device of the host',
        ...(needed ? { advice: 'modprobe vfio-pci; it needs an IOMMU.' } : {}),
      };
    if (access === 'closed')
      return {
        status: needed ? 'warn' : 'note',
        found: '/dev/vfio/vfio is not for this user',
        wanted: 'to be opened',
        advice: 'It is for all once its module is loaded: modprobe vfio-pci.',
      };
    const closed = groups.filter((group) => group.access === 'closed').map(({ name }) => name);
    if (closed.length === 0) return { status: 'ok', found: `opens, ${groups.length} groups` };
    return {
      status: needed ? 'warn' : 'note',
      found: `groups ${closed.join(', ')} are not for this user`,
      wanted: 'to be opened',
      advice: 'A rule of udev gives a group to a user: SUBSYSTEM=="vfio", OWNER="USER".',
    };
  },
});

const memlock = defineSetting({
  id: 'access.memlock',
  group: 'Access',
  what: 'how much memory this user may lock',
  why: "Locked memory and devices of the host want all of the guest's memory locked; QEMU ends where it may not.",
  reads: '/proc/self/limits: Max locked memory; CAP_IPC_LOCK',
  wants: 'what the largest spec that locks needs',
  ...told,
  source: 'getrlimit(2): RLIMIT_MEMLOCK',
  read: ({ root, facts }) => ({ live: root.live, bytes: facts.lockableBytes }),
  judge({ live, bytes }, { needs }) {
    if (!live) return { status: 'note', found: 'not told here' };
    const found = bytes === null ? 'without limit' : formatBytes(bytes);
    const wanted = needs?.lockedBytes ?? 0;
    if (wanted === 0)
      return { status: 'ok', found, ...(needs === null ? {} : { wanted: 'none: no VM locks memory' }) };
    if (bytes === null || bytes >= wanted) return { status: 'ok', found, wanted: formatBytes(wanted) };
    return {
      status: 'fail',
      found,
      wanted: `${formatBytes(wanted)}, and what QEMU takes besides`,
      advice: 'Raise it in /etc/security/limits.d: USER - memlock unlimited.',
    };
  },
});

export const accessSettings: readonly Setting[] = [kvm, vfio, memlock];
