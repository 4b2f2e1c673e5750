/** Keeping the host's interrupts off the CPUs of a VM. Pure. Kernel: Documentation/core-api/irq/irq-affinity.rst. */
import { formatCpuList } from '../units.js';
import type { PlanNotes } from './findings.js';
import type { PlanInput } from './input.js';
import type { InterruptFacts, InterruptsPlan } from './interrupt-facts.js';
import type { PlacementPlan } from './plan.js';

const key = 'placement.interrupts';

/** The CPUs that interrupts are to keep away from. */
export function interruptCpus({ vcpus }: Pick<PlacementPlan, 'vcpus'>): number[] {
  const cpus = vcpus.flatMap(({ cpu, cpus: floating }) => cpu ?? floating);
  return [...new Set(cpus)].sort((a, b) => a - b);
}

/**
 * What this host can't give is a finding.
 * @param own what the VM, which runs, has now; null: it is about to be started.
 */
export function planInterrupts(
  { spec, host, interrupts = null, claims }: Pick<PlanInput, 'spec' | 'host' | 'interrupts' | 'claims'>,
  { vcpus }: Pick<PlacementPlan, 'vcpus'>,
  devices: readonly string[],
  { decide, find }: PlanNotes,
  own: InterruptsPlan | null = null,
): InterruptsPlan | null {
  if (spec.placement.interrupts === 'stay') return null;
  const lack = (message: string, hint: string): null => {
    find({ severity: 'missing', code: 'host.interrupts', key, message, hint });
    return null;
  };
  if (host.root === false) return lack('only root may move interrupts', 'Start the VM as root.');
  const cpus = interruptCpus({ vcpus });
  if (cpus.length === 0 || vcpus.some(({ cpu, cpus: floating }) => cpu === null && floating.length === 0)) {
    return lack('the vCPUs float over all CPUs', 'Place them, or leave interrupts out.');
  }
  const online = host.cpus.filter((cpu) => cpu.online).map(({ cpu }) => cpu);
  const taken = [cpus, ...claims.map(({ interrupts: theirs }) => theirs?.cpus ?? [])].flat();
  if (online.length > 0 && without(online, taken).length === 0) {
    return lack('no CPU would be left for them', 'Give the VM fewer CPUs, or leave interrupts out.');
  }
  if (interrupts?.balanced === true) {
    find({
      severity: 'warning',
      code: 'host.interrupts',
      key,
      message: 'irqbalance runs here, and moves interrupts back',
      hint: `Stop it, or set IRQBALANCE_BANNED_CPULIST=${formatCpuList(cpus)} for it.`,
    });
  }
  decide({
    key,
    value: `away from CPUs ${formatCpuList(cpus)}`,
    reason: 'an interrupt would stop the vCPU there for as long as the host needs',
  });
  const others = [
    ...claims.flatMap(({ interrupts: theirs }) => theirs ?? []),
    ...(own === null ? [] : [own]),
  ];
  const before = configured(interrupts ?? { irqs: [], ofNew: null }, others, online);
  return { cpus, online, before, devices };
}

/** The CPUs of the first list that the second has not. */
function without(cpus: readonly number[], taken: readonly number[]): number[] {
  return cpus.filter((cpu) => !taken.includes(cpu));
}

/** Where an interrupt may come while these CPUs are taken: where it may else, and if nothing is left of that, anywhere. */
export function awayFrom(
  cpus: readonly number[],
  taken: readonly number[],
  online: readonly number[],
): readonly number[] {
  const left = without(cpus, taken);
  return left.some((cpu) => online.includes(cpu)) ? left : without(online, taken);
}

/** Whether it can be VMs alone that made the one of the other, by taking some or all of these CPUs. */
export function isOurs(
  before: readonly number[],
  now: readonly number[],
  taken: readonly number[],
  online: readonly number[],
): boolean {
  const isLeftOf = (cpus: readonly number[]) =>
    without(now, cpus).length === 0 && without(without(cpus, now), taken).length === 0;
  const nothingLeft = without(before, taken).every((cpu) => !online.includes(cpu));
  return isLeftOf(before) || (nothingLeft && isLeftOf(online));
}

/** What is configured is what other VMs found, and not what they left, unless somebody changed it since. */
function configured(
  { irqs, ofNew }: Pick<InterruptFacts, 'irqs' | 'ofNew'>,
  others: readonly InterruptsPlan[],
  online: readonly number[],
): InterruptsPlan['before'] {
  const taken = others.flatMap(({ cpus }) => cpus);
  const original = (
    now: readonly number[],
    found: (before: InterruptsPlan['before']) => readonly number[] | null | undefined,
  ) =>
    others
      .map(({ before }) => found(before))
      .find((before) => before && isOurs(before, now, taken, online)) ?? now;
  return {
    irqs: irqs.map(({ irq, cpus }) => ({
      irq,
      cpus: original(cpus, (before) => before.irqs.find((one) => one.irq === irq)?.cpus ?? before.ofNew),
    })),
    ofNew: ofNew && original(ofNew, (before) => before.ofNew),
  };
}
