/** Whether the host's interrupts keep away from the VM's CPUs. Pure. Kernel: Documentation/core-api/irq/irq-affinity.rst. */
import type { VmSpec } from '../../spec/schema.js';
import { formatCpuList } from '../../units.js';
import type { PlacementPlan } from '../plan.js';
import { type Check, judged, skipped } from './check.js';
import { vcpuCpus } from './measure.js';
import type { InterruptState, RunningVm } from './running.js';

export function judgeInterrupts(spec: VmSpec, placement: PlacementPlan, running: RunningVm): Check[] {
  if (spec.placement.interrupts === 'stay' || running.interrupts === null) return [];
  const { irqs, ofNew, devices } = running.interrupts;
  const cpus = [...new Set(placement.vcpus.flatMap(({ vcpu }) => vcpuCpus(placement, vcpu)))];
  const comesHere = (where: readonly number[]) => where.some((cpu) => cpus.includes(cpu));
  const own = new Set([...devices.values()].flat());
  const here = irqs.filter((one) => !own.has(one.irq) && comesHere(one.cpus));
  const advice = `If irqbalance moved them, ban the VM's CPUs in it; then put them back: vm place ${spec.name}.`;
  return [
    judgeHost(cpus, here, advice),
    judged(
      'interrupts.new',
      `new interrupts come on no CPU of ${formatCpuList(cpus)}`,
      cpus.length > 0 && ofNew !== null && !comesHere(ofNew),
      ofNew === null
        ? 'the kernel does not say where they come'
        : `they come on CPUs ${formatCpuList(ofNew)}`,
      advice,
    ),
    ...[...devices].flatMap(([address, numbers]) => judgeDevice(address, numbers, cpus, irqs, spec.name)),
  ];
}

/** Those that the kernel lets nobody move are no broken promise: `up` warned of them. */
function judgeHost(cpus: readonly number[], here: readonly InterruptState[], advice: string): Check {
  const id = 'interrupts.host';
  const promise = `the host's interrupts come on no CPU of ${formatCpuList(cpus)}`;
  if (cpus.length === 0) return judged(id, promise, false, 'the vCPUs float over all CPUs', advice);
  const list = (some: readonly InterruptState[]) => formatCpuList(some.map(({ irq }) => irq));
  const unknown = here.filter(({ isMovable }) => isMovable === null);
  if (unknown.length > 0)
    return skipped(id, promise, `${list(unknown)} do; only root can tell whether anybody may move them`);
  const stray = here.filter(({ isMovable }) => isMovable === true);
  const stuck = here.filter(({ isMovable }) => isMovable === false);
  const rest = stuck.length === 0 ? '' : `; the kernel lets nobody move ${list(stuck)}`;
  const found = `${stray.length === 0 ? 'none does' : `${list(stray)} do`}${rest}`;
  return judged(id, promise, stray.length === 0, found, advice);
}

/** Of a passed device: the guest's driver has asked for them, or there are none yet. */
function judgeDevice(
  address: string,
  numbers: readonly number[],
  cpus: readonly number[],
  irqs: readonly InterruptState[],
  name: string,
): Check[] {
  const id = `interrupts.${address}`;
  const promise = `the interrupts of ${address} come on CPUs ${formatCpuList(cpus)}`;
  const own = irqs.filter(({ irq, isMovable }) => numbers.includes(irq) && isMovable !== false);
  if (own.length === 0) return [skipped(id, promise, 'it has none that can be moved')];
  const elsewhere = own.filter((one) => one.cpus.some((cpu) => !cpus.includes(cpu)));
  const found =
    elsewhere.length === 0
      ? `all ${own.length} do`
      : elsewhere.map((one) => `${one.irq} comes on CPUs ${formatCpuList(one.cpus)}`).join(', ');
  return [judged(id, promise, elsewhere.length === 0, found, `Put them back: vm place ${name}.`)];
}
