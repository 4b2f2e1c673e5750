/** The cgroup that holds a VM to its limits. Pure. Kernel: Documentation/admin-guide/cgroup-v2.rst; systemd.resource-control(5). */
import type { LimitsSpec } from '../../spec/limits.js';
import { formatCpuList } from '../../units.js';
import { restrictiveKey } from '../confinement.js';
import type { PlanNotes } from '../findings.js';
import type { PlanInput } from '../input.js';
import type { LimitsPlan } from './facts.js';
import { planHolder } from './holder.js';
import { reportLacking } from './lacking.js';

/** A limit in the kernel's words and in systemd's. */
interface Limit {
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  readonly property: string;
}

/** @param confinedTo nodes that QEMU's memory may come from; none: any. What this host can't give is a finding. */
export function planLimits(
  {
    spec,
    host,
    cgroups = null,
    systemd = null,
    claims,
  }: Pick<PlanInput, 'spec' | 'host' | 'cgroups' | 'systemd' | 'claims'>,
  confinedTo: readonly number[],
  { decide, find }: PlanNotes,
): LimitsPlan | null {
  const limits = limitsOf(spec.limits, confinedTo);
  if (limits.length === 0) return null;
  const isRestrictive = limits.length === 1 && confinedTo.length > 0;
  const key = isRestrictive ? (restrictiveKey(spec) ?? 'memory.policy') : 'limits';
  const value = limits.map(({ property }) => property).join(' ');
  if (spec.limits.cgroup === 'systemd') {
    if (systemd === false) {
      find({
        severity: 'missing',
        code: 'host.systemd',
        key: 'limits.cgroup',
        message: 'systemd does not run here',
        hint: 'Write limits.cgroup: auto.',
      });
      return null;
    }
    const unit = `vm-${spec.name}.scope`;
    decide({ key, value, reason: `systemd holds QEMU to it, in ${unit}` });
    return {
      kind: 'scope',
      unit,
      user: host.root === false,
      properties: limits.map(({ property }) => property),
    };
  }
  const controllers = [...new Set(limits.map(({ controller }) => controller))];
  if (reportLacking({ cgroups, host, key, controllers, find })) return null;
  const { mount = '/sys/fs/cgroup', enabled = controllers } =
    cgroups !== null && 'mount' in cgroups ? cgroups : {};
  const slice = `${mount}/vm.slice`;
  const asked = claims.flatMap(({ cgroupControllers = [] }) => cgroupControllers);
  decide({ key, value, reason: `the kernel holds QEMU to it, in ${slice}/${spec.name}` });
  return {
    kind: 'group',
    root: mount,
    slice,
    group: `${slice}/${spec.name}`,
    controllers,
    enables: controllers.filter((name) => !enabled.includes(name) || asked.includes(name)),
    holder: planHolder(spec.name, controllers, { host, systemd }),
    settings: limits.map(({ file, value: text }) => ({ file, value: text })),
  };
}

/** Microseconds of a period of cpu.max: the kernel's own. */
const period = 100_000;

/** All files that a limit can be in. */
export const limitFiles = [
  'cpu.max',
  'cpu.weight',
  'memory.high',
  'memory.max',
  'memory.swap.max',
  'io.weight',
  'cpuset.mems',
];

/** What is limited. @param confinedTo nodes that QEMU's memory may come from; none: any. */
export function limitsOf(
  { cpuQuota, cpuWeight, memoryHigh, memoryMax, swapMax, ioWeight }: LimitsSpec,
  confinedTo: readonly number[],
): Limit[] {
  const limit = (
    wanted: number | undefined,
    file: string,
    property: string,
    text: (wanted: number) => string = String,
  ): Limit[] => {
    if (wanted === undefined) return [];
    const [controller = ''] = file.split('.');
    return [{ controller, file, value: text(wanted), property: `${property}=${wanted}` }];
  };
  const quota = limit(cpuQuota, 'cpu.max', 'CPUQuota', (percent) => `${(percent * period) / 100} ${period}`);
  return [
    ...quota.map((one) => ({ ...one, property: `${one.property}%` })),
    ...limit(cpuWeight, 'cpu.weight', 'CPUWeight'),
    ...limit(memoryHigh, 'memory.high', 'MemoryHigh'),
    ...limit(memoryMax, 'memory.max', 'MemoryMax'),
    ...limit(swapMax, 'memory.swap.max', 'MemorySwapMax'),
    ...limit(ioWeight, 'io.weight', 'IOWeight', (weight) => `default ${weight}`),
    ...confinement(confinedTo),
  ];
}

/** systemd.resource-control(5), AllowedMemoryNodes=: from 244 on, and not in a user's own systemd, which is given no cpuset. */
function confinement(nodes: readonly number[]): Limit[] {
  if (nodes.length === 0) return [];
  const value = formatCpuList(nodes);
  return [{ controller: 'cpuset', file: 'cpuset.mems', value, property: `AllowedMemoryNodes=${value}` }];
}
