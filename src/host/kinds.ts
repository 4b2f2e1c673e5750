/** Performance and efficiency cores of hybrid processors. */
import type { CpuFacts } from '../plan/facts.js';
import { kernelCpuList } from './parse.js';
import type { Root } from './root.js';

type CpuKind = 'performance' | 'efficiency';

/** The kernel's performance counters of hybrid Intel processors: each kind of core has its own device, with the CPUs that it counts. */
const counters: readonly (readonly [string, CpuKind])[] = [
  ['cpu_core', 'performance'],
  ['cpu_atom', 'efficiency'],
  ['cpu_lowpower', 'efficiency'],
];

/** What the kernel itself says of the kinds: `/sys/devices/cpu_core/cpus`, `/sys/devices/system/cpu/types`. Empty where it says nothing. */
export function readKinds(root: Root): ReadonlyMap<number, CpuKind> {
  const kinds = new Map<number, CpuKind>();
  const note = (file: string, kind: CpuKind) => {
    for (const cpu of kernelCpuList(root.text(file)) ?? []) kinds.set(cpu, kind);
  };
  for (const [device, kind] of counters) note(`/sys/devices/${device}/cpus`, kind);
  for (const type of root.names('/sys/devices/system/cpu/types')) {
    const kind = /core/.test(type) ? 'performance' : /atom/.test(type) ? 'efficiency' : undefined;
    if (kind !== undefined) note(`/sys/devices/system/cpu/types/${type}/cpulist`, kind);
  }
  return kinds;
}

/**
 * Fast cores differ among themselves by a few percent in their maximum speed (favoured cores); from the fastest to a slow core it is
 * a sixth at the least on every hybrid processor so far.
 */
const SLOW = 0.85;

/**
 * Tells the kinds from the shape of the machine where the kernel names none: by the capacities that it gives them (cpu_capacity, on
 * ARM and RISC-V; of three or more, those below the widest gap are the weak ones), else several cores on one L2 beside cores that have their own, and slower than them, are efficiency cores.
 */
export function inferKinds(
  cpus: readonly CpuFacts[],
  capacityOf: (cpu: number) => number | null,
): ReadonlyMap<number, CpuKind> {
  const online = cpus.filter((cpu) => cpu.online);
  const capacities = new Map(online.map(({ cpu }) => [cpu, capacityOf(cpu)]));
  const weakest = widestGap([...capacities.values()]);
  const isWeak = ({ cpu }: CpuFacts) => (capacities.get(cpu) ?? 0) < weakest;
  const isSlow = muchSlower(online, ({ maxMhz }) => maxMhz);
  const isEfficiency = online.some(isWeak)
    ? isWeak
    : (cpu: CpuFacts) => isSlow(cpu) && cpu.l2.length > cpu.siblings.length;
  if (!online.some(isEfficiency)) return new Map();
  return new Map(online.map((cpu) => [cpu.cpu, isEfficiency(cpu) ? 'efficiency' : 'performance']));
}

/** The value above the widest gap; 0 where none is wide enough to part kinds, or a value is not known. */
function widestGap(values: readonly (number | null)[]): number {
  if (values.includes(null)) return 0;
  const steps = [...new Set(values.map((value) => value ?? 0))].sort((a, b) => a - b);
  const gaps = steps.slice(1).map((above, index) => ({ above, ratio: (steps[index] ?? 0) / above }));
  const [widest] = gaps.sort((a, b) => a.ratio - b.ratio);
  return widest !== undefined && widest.ratio < SLOW ? widest.above : 0;
}

/** Whether a CPU is much slower than the fastest; none is where the speed of one is not known. */
function muchSlower(
  cpus: readonly CpuFacts[],
  speedOf: (cpu: CpuFacts) => number | null,
): (cpu: CpuFacts) => boolean {
  const speeds = cpus.map(speedOf);
  if (speeds.includes(null)) return () => false;
  const fastest = Math.max(...speeds.map((speed) => speed ?? 0));
  return (cpu) => (speedOf(cpu) ?? 0) < SLOW * fastest;
}
