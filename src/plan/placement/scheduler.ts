/** Real-time vCPUs: nothing else may want their CPUs, or it never runs (sched(7), SCHED_FIFO). Pure. */
import type { VmSpec } from '../../spec/schema.js';
import type { Claim, RealTimeLimit } from '../facts.js';
import type { Finding } from '../findings.js';
import type { SchedulerPlan, VcpuPlacement } from '../plan.js';
import { groupBy } from './machine.js';
import { mayUseVhost, type OtherThreads } from './threads.js';
import { cpusInWords } from './words.js';

interface Scheduling {
  readonly scheduler: SchedulerPlan | null;
  readonly relaxed: readonly string[];
  readonly findings: readonly Finding[];
}

/** The kernel's threaded interrupts have this priority. */
const interruptPriority = 50;

export function isRealTime({ scheduler }: VmSpec['placement']): boolean {
  return scheduler?.policy === 'fifo' || scheduler?.policy === 'rr';
}

/** CPUs on which live VMs have threads that are no vCPUs. */
export function threadsOfOthers(claims: readonly Claim[]): number[] {
  return claims.flatMap(({ threadCpus = [] }) => threadCpus);
}

/** `auto` gives up real time rather than let anything starve; where the spec places by hand, that is an error. */
export function planScheduler(
  spec: VmSpec,
  vcpus: readonly VcpuPlacement[],
  others: OtherThreads,
  claims: readonly Claim[],
): Scheduling {
  const { scheduler, vcpus: wanted } = spec.placement;
  const beside = threadsBeside(spec, others, claims);
  if (scheduler === undefined || !isRealTime(spec.placement)) {
    const plan = scheduler === undefined ? null : { policy: scheduler.policy, priority: null };
    return { scheduler: plan, relaxed: [], findings: warnOfTurns(vcpus, beside) };
  }
  const priority = scheduler.priority ?? 1;
  const [danger] = dangersOf(vcpus, beside);
  if (danger !== undefined && wanted === 'auto')
    return { scheduler: null, relaxed: [`the vCPUs are not real-time: ${danger.message}`], findings: [] };
  return {
    scheduler: { policy: scheduler.policy, priority },
    relaxed: [],
    findings: [...(danger === undefined ? [] : [starving(danger)]), ...warnOfPriority(priority)],
  };
}

/** Threads beside the vCPUs, and where they are; no CPUs: wherever the kernel puts them. */
interface Beside {
  readonly key: string;
  /** Whether the spec names their CPUs. */
  readonly byHand: boolean;
  readonly who: string;
  readonly cpus: readonly number[];
}

function threadsBeside(spec: VmSpec, others: OtherThreads, claims: readonly Claim[]): Beside[] {
  const beside = (
    thread: 'emulator' | 'ioThreads' | 'vhost',
    who: string,
    cpus: readonly number[],
  ): Beside => ({
    key: `placement.${thread}`,
    byHand: typeof spec.placement[thread] === 'object',
    who,
    cpus,
  });
  return [
    beside('emulator', "QEMU's own threads", others.emulator),
    ...others.ioThreads.map((cpus) => beside('ioThreads', 'I/O threads', cpus)),
    ...(mayUseVhost(spec) ? [beside('vhost', 'vhost workers', others.vhost)] : []),
    ...claims.flatMap(({ vm, threadCpus = [] }) =>
      threadCpus.length === 0
        ? []
        : [{ key: 'placement.vcpus', byHand: false, who: `threads of VM ${vm}`, cpus: threadCpus }],
    ),
  ];
}

interface Danger {
  readonly key: string;
  readonly message: string;
}

/** What would starve. */
function dangersOf(vcpus: readonly VcpuPlacement[], beside: readonly Beside[]): Danger[] {
  const floating = vcpus.find(({ cpu }) => cpu === null);
  if (floating !== undefined) {
    const message = `vCPU ${floating.vcpu} floats, and would keep all else from every CPU that it comes to`;
    return [{ key: 'placement.vcpus', message }];
  }
  const onCpu = groupBy(vcpus, ({ cpu }) => cpu);
  const twice = [...onCpu].flatMap(([cpu, sharers]): Danger[] => {
    if (sharers.length === 1) return [];
    const who = sharers.map(({ vcpu }) => vcpu).join(' and ');
    return [{ key: 'placement.vcpus', message: `vCPUs ${who} are on CPU ${cpu}` }];
  });
  const starved = beside.flatMap(({ key, who, cpus }): Danger[] => {
    if (cpus.length === 0) return [{ key, message: `the kernel may put ${who} on CPUs of vCPUs` }];
    const shared = cpus.filter((cpu) => onCpu.has(cpu));
    return shared.length === 0 ? [] : [{ key, message: `${who} and vCPUs share ${cpusInWords(shared)}` }];
  });
  return [...twice, ...starved];
}

/** What it costs to name CPUs of vCPUs for other threads. */
function warnOfTurns(vcpus: readonly VcpuPlacement[], beside: readonly Beside[]): Finding[] {
  const pinned = new Set(vcpus.map(({ cpu }) => cpu));
  return beside.flatMap(({ key, byHand, who, cpus }): Finding[] => {
    const shared = cpus.filter((cpu) => pinned.has(cpu));
    if (!byHand || shared.length === 0) return [];
    const message = `${who} share ${cpusInWords(shared)} with vCPUs: they take turns, and the guest stands still meanwhile`;
    return [{ severity: 'warning', code: 'host.placement', key, message }];
  });
}

/** What keeps ordinary threads of a CPU alive whose real-time vCPU never sleeps: the kernel's own on that CPU above all. */
export function mercyInWords(limit: RealTimeLimit | null): string {
  if (limit === null) return '';
  const { runtime, period } = limit;
  if (runtime === null || runtime >= period)
    return '; nothing is kept for ordinary threads on the CPU of a vCPU that never sleeps (sched_rt_runtime_us)';
  const kept = Math.round((100 * (period - runtime)) / period);
  return `; a vCPU that never sleeps may be held for ${kept} % of the time where an ordinary thread waits (sched_rt_runtime_us)`;
}

function starving({ key, message }: Danger): Finding {
  return {
    severity: 'missing',
    code: 'host.placement',
    key,
    message: `real-time vCPUs let nothing else run on their CPUs: ${message}`,
    hint: 'Give each vCPU one CPU of its own and the other threads different ones, or remove placement.scheduler.',
  };
}

function warnOfPriority(priority: number): Finding[] {
  if (priority < interruptPriority) return [];
  return [
    {
      severity: 'warning',
      code: 'host.placement',
      key: 'placement.scheduler.priority',
      message: `vCPUs with priority ${priority} run before the host's interrupt threads, which have ${interruptPriority}: interrupts that come to their CPUs wait`,
      hint: `Write a priority below ${interruptPriority}; 1 is enough to run before all that is not real-time.`,
    },
  ];
}
