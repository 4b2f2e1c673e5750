import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelCpuMask } from '../../src/host/parse.js';
import type { HostFacts } from '../../src/plan/facts.js';
import type { InterruptsPlan } from '../../src/plan/interrupt-facts.js';
import { planInterrupts } from '../../src/plan/interrupts.js';
import type { VcpuPlacement } from '../../src/plan/plan.js';
import { attractInterrupts, giveBackInterrupts, takeInterrupts } from '../../src/runtime/interrupts.js';
import { vmSpecSchema } from '../../src/spec/schema.js';
import { parseCpuList } from '../../src/units.js';
import { FakeInterrupts } from '../support/fake-interrupts.js';
import { hostFacts } from '../support/hosts.js';
import { placementOf } from '../support/planning.js';

const host: HostFacts = hostFacts({ coresPerL3: 8, threads: 1 });

/** As a launch would plan it now, beside these VMs. */
function planned(
  files: FakeInterrupts,
  cpus: string,
  others: readonly InterruptsPlan[] = [],
): InterruptsPlan {
  const list = parseCpuList(cpus) ?? [];
  const vcpus = list.map((cpu, vcpu): VcpuPlacement => ({ vcpu, cpu, cpus: [cpu], node: 0, core: cpu }));
  const plan = planInterrupts(
    {
      spec: vmSpecSchema.parse({ name: 'db', placement: { interrupts: 'away' } }),
      host,
      interrupts: {
        irqs: [...files.irqs].map(([irq, text]) => ({ irq, cpus: parseCpuList(text) ?? [] })),
        ofNew: kernelCpuMask(files.text('/proc/irq/default_smp_affinity')),
        balanced: false,
      },
      claims: others.map((interrupts) => ({ vm: 'other', exclusiveCpus: [], interrupts })),
    },
    placementOf(vcpus),
    [],
    { decide: () => undefined, find: ({ message }) => expect.fail(message) },
  );
  if (plan === null) throw new Error('nothing is planned');
  return plan;
}

describe('interrupts of the host', () => {
  it('come elsewhere, new ones too, and back', () => {
    const files = new FakeInterrupts({ irqs: { 24: '0-7', 25: '2', 26: '0-1', 27: '2-4' } });
    const plan = planned(files, '2-3');
    expect(takeInterrupts(plan, [], files)).toEqual([]);
    expect(files.journal).toEqual(['new: f3', '24: 0-1,4-7', '25: 0-1,4-7', '27: 4']);
    giveBackInterrupts(plan, [], files);
    expect(files.journal.slice(4)).toEqual(['new: ff', '24: 0-7', '25: 2', '27: 2-4']);
    giveBackInterrupts(plan, [], files);
    expect(files.journal).toHaveLength(8);
  });

  it.each(['EIO', 'EPERM'] as const)(
    'stay where the kernel lets nobody move them (%s), and are named',
    (refusal) => {
      const files = new FakeInterrupts({ irqs: { 24: '2', 25: '3', 26: '5' }, managed: [24, 26], refusal });
      const plan = planned(files, '2-3');
      expect(takeInterrupts(plan, [], files)).toEqual([24]);
      giveBackInterrupts(plan, [], files);
      expect(Object.fromEntries(files.irqs)).toEqual({ 24: '2', 25: '3', 26: '5' });
    },
  );

  it('stay where somebody else moved them meanwhile', () => {
    const files = new FakeInterrupts({ irqs: { 24: '0-7', 25: '0-7' } });
    const plan = planned(files, '2-3');
    takeInterrupts(plan, [], files);
    files.write('/proc/irq/24/smp_affinity_list', '0');
    files.write('/proc/irq/default_smp_affinity', '1');
    giveBackInterrupts(plan, [], files);
    expect(Object.fromEntries(files.irqs)).toEqual({ 24: '0', 25: '0-7' });
    expect(files.text('/proc/irq/default_smp_affinity')).toBe('1\n');
  });

  it('that are new meanwhile come anywhere after', () => {
    const files = new FakeInterrupts({ irqs: { 24: '0-7' } });
    const plan = planned(files, '2-3');
    takeInterrupts(plan, [], files);
    files.request(30);
    expect(files.irqs.get(30)).toBe('0-1,4-7');
    giveBackInterrupts(plan, [], files);
    expect(files.irqs.get(30)).toBe('0-7');
  });

  it('may be gone meanwhile', () => {
    const files = new FakeInterrupts({ irqs: { 24: '0-7', 25: '0-7' } });
    const plan = planned(files, '2-3');
    files.irqs.delete(24);
    takeInterrupts(plan, [], files);
    files.irqs.delete(25);
    giveBackInterrupts(plan, [], files);
    expect(files.irqs.size).toBe(0);
  });

  it('of passed devices come on the CPUs of the VM', () => {
    const address = '0000:65:00.0';
    const files = new FakeInterrupts({ irqs: { 40: '0-7', 41: '0-7' }, devices: { [address]: [40, 41] } });
    attractInterrupts({ ...planned(files, '2-3'), devices: [address] }, files);
    expect(files.journal).toEqual(['40: 2-3', '41: 2-3']);
  });
});

it('brings every interrupt back, in whatever order VMs are planned, start and end', () => {
  const before = { 24: '0-7', 25: '2', 26: '2-5', 27: '0', 28: '4-5', 29: '6-7' };
  const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
  fc.assert(
    fc.property(order, order, fc.boolean(), (starts, ends, late) => {
      const files = new FakeInterrupts({ irqs: before });
      const sets = ['2-3', '4-5', '6-7'];
      const plans = new Map<number, InterruptsPlan>();
      const cpusBut = (but: number) =>
        [...plans].filter(([index]) => index !== but).flatMap(([, { cpus }]) => cpus);
      const take = (index: number) => {
        const plan = plans.get(index);
        if (plan !== undefined) takeInterrupts(plan, cpusBut(index), files);
      };
      for (const index of starts) {
        plans.set(index, planned(files, sets[index] ?? '', [...plans.values()]));
        if (!late) take(index);
      }
      if (late) for (const index of starts) take(index);
      for (const [, cpus] of files.irqs) expect(cpus).toMatch(/^(0-1|0)$/);
      for (const index of ends) {
        const plan = plans.get(index);
        plans.delete(index);
        if (plan !== undefined) giveBackInterrupts(plan, cpusBut(index), files);
      }
      expect(Object.fromEntries(files.irqs)).toEqual(before);
      expect(files.text('/proc/irq/default_smp_affinity')).toBe('ff\n');
    }),
  );
});
