/** The sysctls that a host of VMs cares about. */
import { exceptDesktop, type HostProfile, type Setting } from './setting.js';
import { defineSysctl, sysctlPath } from './sysctl.js';

const kernelDoc = 'Linux: Documentation/admin-guide/sysctl/kernel';
const vmDoc = 'Linux: Documentation/admin-guide/sysctl/vm';
const onlyPerformance: readonly HostProfile[] = ['performance'];

const percent = 'kernel.perf_cpu_time_max_percent';
/** The highest that the notes found to be taken. */
const sampleRate = 146_500;

/** The kernel refuses the rate while the percentage is 0 or 100 (kernel/events/core.c): so the rate comes first, at 25, its default. */
const perf: readonly Setting[] = [
  defineSysctl({
    name: 'kernel.perf_event_max_sample_rate',
    what: 'the most samples a second that perf takes',
    why: 'The notes take the highest rate together with no limit on the time: so the kernel has no reason to measure and to lower it.',
    wants: `\`${sampleRate}\``,
    risk: 'whoever may use perf can slow the machine down',
    source: `the notes; ${kernelDoc}: perf_event_max_sample_rate`,
    profiles: exceptDesktop,
    accepts: (value) => value === sampleRate,
    target: () => sampleRate,
    while: { path: sysctlPath(percent), value: '25' },
    before: [`${percent} = 25`],
  }),
  defineSysctl({
    name: percent,
    what: 'the share of CPU time that perf may take before the kernel throttles it',
    why: '0 and 100 switch the throttling off, and with it the measuring of every sample; the notes take 0, or 100 where 0 does not help, which nothing can tell (--perf-percent).',
    wants: '`0` or `100`',
    risk: 'perf that samples too often can hang the machine: the kernel no longer steps in',
    source: `the notes; ${kernelDoc}: perf_cpu_time_max_percent`,
    profiles: exceptDesktop,
    accepts: (value) => value === 0 || value === 100,
    target: ({ perfPercent }) => perfPercent,
  }),
];

const memory: readonly Setting[] = [
  defineSysctl({
    name: 'kernel.numa_balancing',
    what: 'moving memory to the node that uses it',
    why: 'It takes pages away for a moment to see who touches them; where vCPUs and memory are bound to nodes there is nothing to gain.',
    wants: '`0`, where every vCPU of the specs is pinned',
    risk: 'memory of what is not pinned stays on the wrong node',
    source: `${kernelDoc}: numa_balancing`,
    optional: true,
    accepts: (value) => value === 0,
    target: ({ needs }) => (needs?.pinned ? 0 : null),
  }),
  defineSysctl({
    name: 'vm.swappiness',
    what: 'how readily memory is swapped out',
    why: "A guest's memory that was swapped out comes back one fault at a time, while the vCPU waits.",
    wants: '`10` or less',
    risk: 'caches of files shrink sooner',
    source: `${vmDoc}: swappiness`,
    accepts: (value) => value <= 10,
    target: () => 10,
  }),
  defineSysctl({
    name: 'vm.stat_interval',
    what: "seconds between updates of the memory's statistics",
    why: 'Each update interrupts every CPU that has something to tell.',
    wants: '`10` or more',
    risk: 'numbers in /proc/vmstat are older',
    source: `${vmDoc}: stat_interval`,
    profiles: exceptDesktop,
    accepts: (value) => value >= 10,
    target: () => 10,
  }),
];

const watchdogs: readonly Setting[] = [
  defineSysctl({
    name: 'kernel.nmi_watchdog',
    what: 'the watchdog of CPUs that hang with interrupts off',
    why: 'It takes a performance counter of every CPU and interrupts it now and then, vCPUs too.',
    wants: '`0`',
    risk: 'a CPU that hangs is no longer reported',
    source: `${kernelDoc}: nmi_watchdog; Documentation/admin-guide/lockup-watchdogs`,
    profiles: onlyPerformance,
    optional: true,
    accepts: (value) => value === 0,
    target: () => 0,
  }),
  defineSysctl({
    name: 'kernel.soft_watchdog',
    what: 'the watchdog of CPUs that schedule nobody',
    why: 'A timer on every CPU, vCPUs too; and under a busy real-time vCPU it cries for no reason.',
    wants: '`0`',
    risk: 'a CPU that hangs in the kernel is no longer reported',
    source: `${kernelDoc}: soft_watchdog`,
    profiles: onlyPerformance,
    optional: true,
    accepts: (value) => value === 0,
    target: () => 0,
  }),
];

function scheduler(name: string, what: string, why: string, least: number): Setting {
  return defineSysctl({
    name: `kernel.${name}`,
    what,
    why,
    wants: `\`${least}\` or more, where the kernel has it (until Linux 5.13)`,
    risk: 'interactive programs of the host wait longer',
    source: `${kernelDoc} of Linux before 5.13`,
    profiles: exceptDesktop,
    optional: true,
    accepts: (value) => value >= least,
    target: () => least,
  });
}

const schedulers: readonly Setting[] = [
  scheduler(
    'sched_min_granularity_ns',
    'nanoseconds that a thread runs at least before another takes its CPU',
    'vCPUs that share a CPU are switched less often.',
    10_000_000,
  ),
  scheduler(
    'sched_wakeup_granularity_ns',
    'nanoseconds that a woken thread must be behind to push another away',
    'A vCPU is not pushed away by every small thread that wakes.',
    15_000_000,
  ),
  scheduler(
    'sched_migration_cost_ns',
    'nanoseconds after which a thread counts as cold, and may be moved',
    'vCPUs that float keep the CPU whose caches they have filled.',
    5_000_000,
  ),
  defineSysctl({
    name: 'kernel.sched_autogroup_enabled',
    what: 'one share of CPU time for each session',
    why: 'VMs started from different terminals would get shares by terminal, not by thread.',
    wants: '`0`',
    risk: 'a build with many threads takes more from a desktop',
    source: 'sched(7): The autogroup feature',
    profiles: exceptDesktop,
    optional: true,
    accepts: (value) => value === 0,
    target: () => 0,
  }),
];

/** In the order in which they are written, and undone from the end. */
export const sysctlSettings: readonly Setting[] = [...perf, ...memory, ...watchdogs, ...schedulers];
