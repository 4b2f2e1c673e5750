/** The cpuset partition that keeps everything else off the CPUs of the vCPUs. Pure. Kernel: Documentation/admin-guide/cgroup-v2.rst, "Cpuset". */
import { formatCpuList } from '../../units.js';
import type { Finding, PlanNotes } from '../findings.js';
import type { PlanInput } from '../input.js';
import type { PlacementPlan } from '../plan.js';
import type { PartitionPlan } from './facts.js';
import { planHolder } from './holder.js';
import { reportLacking } from './lacking.js';

const key = 'placement.isolation';

/** @param mount of cgroup v2. */
export function partitionGroup(mount: string, name: string): string {
  return `${mount}/vm-${name}`;
}

/** What this host can't give is a finding. */
export function planPartition(
  {
    spec,
    host,
    cgroups = null,
    systemd = null,
    claims,
  }: Pick<PlanInput, 'spec' | 'host' | 'cgroups' | 'systemd' | 'claims'>,
  placement: PlacementPlan,
  { decide, find }: PlanNotes,
): PartitionPlan | null {
  if (spec.placement.isolation === 'none') return null;
  const lack = (message: string, hint: string) =>
    find({ severity: 'missing', code: 'host.cgroup', key, message, hint });
  if (reportLacking({ cgroups, host, key, controllers: ['cpuset'], find })) return null;
  if (cgroups !== null && 'whole' in cgroups && !cgroups.whole) {
    lack(
      'what is the root cgroup here is that of a container, under which no CPU can be isolated',
      'Start the VM outside the container, or leave isolation out.',
    );
    return null;
  }
  const cpus = [...new Set(placement.vcpus.flatMap(({ cpu }) => cpu ?? []))].sort((a, b) => a - b);
  const floating = placement.vcpus.filter(({ cpu }) => cpu === null).map(({ vcpu }) => vcpu);
  if (floating.length > 0) {
    lack(
      `vCPU ${formatCpuList(floating)} floats, and on isolated CPUs the kernel moves no thread from one to another`,
      'Give each vCPU one CPU, or leave isolation out.',
    );
    return null;
  }
  const online = host.cpus.filter((cpu) => cpu.online);
  if (online.length > 0 && online.every(({ cpu }) => cpus.includes(cpu))) {
    lack('no CPU would be left for the host', 'Give the VM fewer vCPUs, or leave isolation out.');
    return null;
  }
  for (const finding of strangers(placement, cpus)) find(finding);
  const { mount = '/sys/fs/cgroup', enabled = ['cpuset'] } =
    cgroups !== null && 'mount' in cgroups ? cgroups : {};
  const asked = claims.some(({ cgroupControllers = [] }) => cgroupControllers.includes('cpuset'));
  decide({
    key,
    value: `CPUs ${formatCpuList(cpus)} isolated`,
    reason: 'nothing but the vCPU threads runs there while the VM does',
  });
  return {
    root: mount,
    group: partitionGroup(mount, spec.name),
    cpus,
    // Who of several VMs goes last switches off what the first one switched on.
    enables: enabled.includes('cpuset') && !asked ? [] : ['cpuset'],
    holder: planHolder(spec.name, ['cpuset'], { host, systemd }),
  };
}

/** The kernel lets no thread outside of the partition onto its CPUs: it answers EINVAL to who asks for one. */
function strangers(placement: PlacementPlan, cpus: readonly number[]): Finding[] {
  const { emulator, ioThreads, vhost } = placement;
  const others: [string, string, readonly number[]][] = [
    ['emulator', "QEMU's own threads", emulator],
    ['ioThreads', 'I/O threads', ioThreads.flat()],
    ['vhost', 'vhost threads', vhost],
  ];
  return others.flatMap(([part, who, theirs]): Finding[] => {
    const both = cpus.filter((cpu) => theirs.includes(cpu));
    if (both.length === 0) return [];
    return [
      {
        severity: 'missing',
        code: 'host.cgroup',
        key: `placement.${part}`,
        message: `${who} are to run on CPU ${formatCpuList(both)}, which placement.isolation keeps for the vCPU threads alone`,
        hint: 'Give them other CPUs, give the VM fewer vCPUs, or leave isolation out.',
      },
    ];
  });
}
