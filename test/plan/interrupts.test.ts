import { describe, expect, it } from 'vitest';
import type { InterruptFacts } from '../../src/plan/interrupt-facts.js';
import { hostFacts, notesMachine } from '../support/hosts.js';
import { plan, type World } from '../support/planning.js';

const here: InterruptFacts = {
  irqs: [{ irq: 24, cpus: [1, 2] }],
  ofNew: [0, 1, 2, 3],
  balanced: false,
};

const away = (vcpus: number, world: World = {}, more = '') =>
  plan(`cpu: {vcpus: ${vcpus}}\nplacement: {interrupts: away${more}}\n`, { interrupts: here, ...world });

const messages = ({ findings }: ReturnType<typeof plan>) =>
  findings.filter(({ key }) => key === 'placement.interrupts').map(({ message }) => message);

describe('interrupts away', () => {
  it('keep off the CPUs of the vCPUs, and what was configured is known', () => {
    const planned = away(4);
    expect(planned.interrupts).toMatchObject({
      cpus: [1, 2, 11, 12],
      before: { irqs: here.irqs, ofNew: here.ofNew },
      devices: [],
    });
    expect(planned.interrupts?.online).toHaveLength(20);
    expect(messages(planned)).toEqual([]);
  });

  it('stay by default', () => {
    expect(plan('cpu: {vcpus: 4}', { interrupts: here }).interrupts).toBeNull();
  });

  it('are as configured behind what another VM made of it', () => {
    const other = {
      vm: 'other',
      exclusiveCpus: [2],
      interrupts: {
        cpus: [2],
        online: [0, 1, 2, 3],
        before: { irqs: [{ irq: 24, cpus: [1, 2, 3] }], ofNew: [0, 1, 2, 3] },
        devices: [],
      },
    };
    const interrupts = { irqs: [{ irq: 24, cpus: [1, 3] }], ofNew: [0], balanced: false };
    expect(away(2, { interrupts, claims: [other] }).interrupts?.before).toEqual({
      irqs: [{ irq: 24, cpus: [1, 2, 3] }],
      ofNew: [0],
    });
  });

  it('are moved back by irqbalance, which is warned of', () => {
    expect(messages(away(4, { interrupts: { ...here, balanced: true } }))).toEqual([
      'irqbalance runs here, and moves interrupts back',
    ]);
  });

  it.each<[string, World, number, string, string]>([
    [
      'without being root',
      { host: { ...notesMachine(), root: false } },
      4,
      '',
      'only root may move interrupts',
    ],
    [
      'to nowhere',
      { host: hostFacts({ coresPerL3: 2, threads: 1 }) },
      2,
      '',
      'no CPU would be left for them',
    ],
    [
      'from vCPUs that float over everything',
      { host: hostFacts({ coresPerL3: 2, threads: 1 }) },
      8,
      '',
      'no CPU would be left for them',
    ],
  ])('can not go %s', (_, world, vcpus, more, message) => {
    const planned = away(vcpus, world, more);
    expect(messages(planned)).toEqual([message]);
    expect(planned.interrupts).toBeNull();
  });
});
