/** Whether the VM's CPUs are its own (cpuset partition), and whether it is held to its limits. Pure. Kernel: Documentation/admin-guide/cgroup-v2.rst. */
import type { VmSpec } from '../../spec/schema.js';
import { formatCpuList, parseCpuList } from '../../units.js';
import { limitsOf } from '../cgroup/limits.js';
import type { MemoryPlan, PlacementPlan } from '../plan.js';
import { type Check, judged } from './check.js';
import { sameCpus, vcpuCpus } from './measure.js';
import type { CgroupState, RunningVm } from './running.js';

export function judgePartition(spec: VmSpec, placement: PlacementPlan, running: RunningVm): Check[] {
  if (spec.placement.isolation === 'none') return [];
  const group = running.partition;
  const anew = `Start it anew: vm restart ${spec.name}.`;
  const back = `Put it back: vm place ${spec.name}.`;
  const cpus = [...new Set(placement.vcpus.flatMap(({ vcpu }) => vcpuCpus(placement, vcpu)))];
  const kept = `CPUs ${formatCpuList(cpus)} are kept for the vCPUs alone`;
  if (group === null) return [judged('partition.state', kept, false, 'it has no cgroup of its own', anew)];
  const state = group.files.get('cpuset.cpus.partition') ?? 'nothing';
  const has = group.files.get('cpuset.cpus') ?? '';
  const vcpuThreads = running.vcpus.map(({ threadId }) => threadId);
  const strangers = group.threadIds.filter((id) => !vcpuThreads.includes(id));
  return [
    // Where it can't isolate, the kernel says why behind the word: `isolated invalid (Cpu list in cpuset.cpus not exclusive)`.
    judged(
      'partition.state',
      kept,
      state === 'isolated' || state === 'root',
      `the partition ${group.path} is ${state}`,
      `Another cgroup may have these CPUs, or somebody changed it. ${back}`,
    ),
    judged(
      'partition.cpus',
      `the partition has CPUs ${formatCpuList(cpus)}`,
      sameCpus(parseCpuList(has) ?? [], cpus),
      has === '' ? 'it has none' : `it has CPUs ${has}`,
      back,
    ),
    judged(
      'partition.threads',
      'no thread but those of vCPUs is in the partition',
      strangers.length === 0,
      strangers.length === 0 ? 'none is' : `threads ${strangers.join(', ')} are`,
      `Move them out: echo THREAD > CGROUP/cgroup.threads; or start it anew: vm restart ${spec.name}.`,
    ),
    ...running.vcpus.map(({ index, threadId }) => {
      const isInside = group.threadIds.includes(threadId);
      return judged(
        `vcpu.${index}.partition`,
        `vCPU ${index} (thread ${threadId}) is in the partition`,
        isInside,
        isInside ? 'it is' : 'it is outside',
        `Put it back: vm place ${spec.name}.`,
      );
    }),
  ];
}

/** By the group that QEMU is in, whoever put it there. A scope of systemd's has QEMU alone. */
export function judgeLimits(
  { name, limits }: VmSpec,
  { confinedTo }: Pick<MemoryPlan, 'confinedTo'>,
  { group, beside }: Pick<RunningVm, 'group' | 'beside'>,
): Check[] {
  const wanted = limitsOf(limits, confinedTo);
  const helpers = wanted.length === 0 || limits.cgroup === 'systemd' || group === null ? [] : beside;
  const together = helpers
    .filter(({ threads }) => threads.length > 0)
    .map(({ id, group: own }) =>
      judged(
        `limits.beside.${id}`,
        `${id} is in the cgroup of QEMU`,
        own === group?.path,
        `it is in ${own ?? 'one that is unknown'}`,
        `Start it anew: vm restart ${name}.`,
      ),
    );
  return [...judgeFiles(name, wanted, group), ...together];
}

function judgeFiles(name: string, wanted: ReturnType<typeof limitsOf>, group: CgroupState | null): Check[] {
  return wanted.map(({ file, value }) => {
    const found = group?.files.get(file);
    return judged(
      `limits.${file}`,
      `the cgroup of QEMU has ${file} ${value}`,
      found !== undefined && isLimit(found, value),
      foundInWords(group, file),
      `Start it anew: vm restart ${name}.`,
    );
  });
}

function foundInWords(group: CgroupState | null, file: string): string {
  if (group === null) return 'it is unknown which cgroup QEMU is in';
  const found = group.files.get(file);
  if (found === undefined) return `QEMU is in ${group.path}, which has no ${file}`;
  return `${group.path} has ${found === '' ? 'none' : found.replaceAll('\n', ', ')}`;
}

const smallestPage = 4096;

/** Bytes are cut to whole pages by the kernel (page_counter_memparse); io.weight may have lines for single disks too. */
function isLimit(found: string, wanted: string): boolean {
  const bytes = /^\d{4,}$/.test(wanted) ? Number(wanted) : null;
  if (bytes === null) return found.split('\n').includes(wanted);
  return found === wanted || found === String(bytes - (bytes % smallestPage));
}
