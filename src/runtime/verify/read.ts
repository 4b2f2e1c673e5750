/** Reads a running VM from the kernel and from its QEMU. */
import { readMappings } from '../../host/mappings.js';
import { keyValues, kilobytes } from '../../host/parse.js';
import { resctrlFolder } from '../../host/resctrl.js';
import type { Root } from '../../host/root.js';
import { readTaskStat, readTasks, readTaskTimes } from '../../host/tasks.js';
import { restrictiveKey } from '../../plan/confinement.js';
import type { VmPlan } from '../../plan/plan.js';
import { cacheGroupNames } from '../../plan/verify/cache.js';
import { promisedFeatures } from '../../plan/verify/cpu.js';
import type { NamedThreadFacts, RunningVm, VcpuRun } from '../../plan/verify/running.js';
import type { QmpClient } from '../../qmp/client.js';
import { QmpCommandError } from '../../qmp/errors.js';
import { pause } from '../../qmp/limits.js';
import { isLimited } from '../../spec/limits.js';
import type { VmSpec } from '../../spec/schema.js';
import { kernelThreadsOf } from '../kernel-threads.js';
import { livingStat } from '../process.js';
import type { Resource } from '../resource-kinds.js';
import { readGroupOf, readInterruptsState, readPartition } from './host-state.js';

export interface ReadInput {
  readonly root: Root;
  readonly pid: number;
  readonly client: QmpClient;
  readonly spec: VmSpec;
  readonly plan: Pick<VmPlan, 'cpu' | 'ioThreads' | 'interrupts'>;
  readonly resources: readonly Resource[];
  readonly signal?: AbortSignal | undefined;
}

export async function readRunningVm(input: ReadInput): Promise<RunningVm> {
  const { root, pid, client, spec, plan, resources, signal } = input;
  const found = await client.execute('query-cpus-fast', {}, { signal });
  const vcpus = found.map((vcpu) => ({ index: vcpu['cpu-index'], threadId: vcpu['thread-id'] }));
  const { enabled } = await client.execute('query-kvm', {}, { signal });
  const transparent = root.text('/sys/kernel/mm/transparent_hugepage/enabled');
  const ksm = root.text('/sys/kernel/mm/ksm/run')?.trim();
  return {
    vcpus,
    ioThreads: await readIoThreads(input),
    accelerator: enabled ? 'kvm' : 'tcg',
    cpuProperties: await readCpuProperties(input, found[0]?.['qom-path']),
    runs: await watchVcpus(root, pid, vcpus, signal),
    threads: readTasks(root, pid),
    kernelThreads: kernelThreadsOf(pid, root).flatMap(({ threadId }) => readTasks(root, threadId)),
    isRoots: /^Uid:\t0\t/m.test(root.text(`/proc/${pid}/status`) ?? ''),
    beside: besideOf(root, resources),
    mappings: readMappings(root, pid),
    lockedBytes: kilobytes(keyValues(root.text(`/proc/${pid}/status`)).get('VmLck')) ?? 0,
    transparentHugepages: /\[(\w+)\]/.exec(transparent ?? '')?.[1] ?? null,
    ksmRuns: ksm === undefined ? null : ksm === '1',
    cacheGroups: readCacheGroups(root, spec),
    partition: readPartition(root, spec),
    group: isLimited(spec.limits) || restrictiveKey(spec) !== undefined ? readGroupOf(root, pid) : null,
    interrupts: readInterruptsState(root, spec, plan.interrupts?.devices ?? []),
  };
}

async function readIoThreads({ client, plan, signal }: ReadInput): Promise<NamedThreadFacts[]> {
  if (plan.ioThreads.length === 0) return [];
  const found = await client.execute('query-iothreads', {}, { signal });
  return plan.ioThreads.flatMap((id, index) => {
    const thread = found.find((candidate) => candidate.id === id);
    return thread === undefined ? [] : [{ index, threadId: thread['thread-id'] }];
  });
}

/** A property of QEMU's CPU object is what the guest has, once what this host lacks is taken out. */
async function readCpuProperties(
  { client, plan, spec, signal }: ReadInput,
  path: string | undefined,
): Promise<Map<string, boolean | null>> {
  const properties = new Map<string, boolean | null>();
  if (path === undefined) return properties;
  for (const [property] of promisedFeatures(plan.cpu.features, spec)) {
    const value = await client.execute('qom-get', { path, property }, { signal }).catch((error: unknown) => {
      if (error instanceof QmpCommandError) return null;
      throw error;
    });
    properties.set(property, typeof value === 'boolean' ? value : null);
  }
  return properties;
}

const looks = 5;
/** Seconds between two looks: together long enough for the kernel to have moved a thread that it may move. */
const lookInterval = 0.02;

/** A thread that sleeps is shown on the CPU that it was last on, which may be from before it was placed: it counts once it has run. */
async function watchVcpus(
  root: Root,
  pid: number,
  vcpus: readonly NamedThreadFacts[],
  signal?: AbortSignal,
): Promise<VcpuRun[]> {
  const look = () =>
    vcpus.map(({ threadId }) => ({
      times: readTaskTimes(root, pid, threadId) ?? { ran: 0, waited: 0 },
      processor: readTaskStat(root, pid, threadId)?.processor,
    }));
  const began = performance.now();
  const seen = [look()];
  while (seen.length <= looks) {
    await pause(lookInterval, signal);
    seen.push(look());
  }
  const seconds = (performance.now() - began) / 1000;
  return vcpus.map(({ index }, at) => {
    const own = seen.flatMap((each) => each[at] ?? []);
    const since = (key: 'ran' | 'waited') => (own.at(-1)?.times[key] ?? 0) - (own[0]?.times[key] ?? 0);
    return {
      vcpu: index,
      looks: own.flatMap(({ times, processor }, when) =>
        processor !== undefined && times.ran > (own[when - 1]?.times.ran ?? Number.POSITIVE_INFINITY)
          ? [processor]
          : [],
      ),
      ran: since('ran'),
      waited: since('waited'),
      seconds,
    };
  });
}

function besideOf(root: Root, resources: readonly Resource[]): RunningVm['beside'] {
  return resources.flatMap((resource) => {
    if (resource.kind !== 'sideProcess') return [];
    const { id, identity } = resource;
    const lives = identity !== null && livingStat(identity) !== undefined;
    if (!lives) return [{ id, threads: [], group: null }];
    const group = readGroupOf(root, identity.pid)?.path ?? null;
    return [{ id, threads: readTasks(root, identity.pid), group }];
  });
}

/** Those of the VM, and the default group, whose name is empty. */
function readCacheGroups(root: Root, spec: VmSpec): RunningVm['cacheGroups'] {
  const names = cacheGroupNames(spec);
  const groups = new Map<string, { threadIds: number[]; schemata: string }>();
  for (const name of names.length === 0 ? [] : ['', ...names]) {
    const schemata = root.text(`${resctrlFolder}/${name}/schemata`);
    const tasks = root.text(`${resctrlFolder}/${name}/tasks`);
    if (schemata === undefined || tasks === undefined) continue;
    groups.set(name, { schemata, threadIds: tasks.split('\n').filter(Boolean).map(Number) });
  }
  return groups;
}
