import { describe, expect, it } from 'vitest';
import { judgeInterrupts } from '../../../src/plan/verify/interrupts.js';
import type { InterruptState, InterruptsState } from '../../../src/plan/verify/running.js';
import { load, plan } from '../../support/planning.js';
import { runningAs } from './support.js';

const text = 'cpu: {vcpus: 2}\nmemory: {size: 1GiB}\nplacement: {interrupts: away}\n';
const device = '0000:03:00.0';

const irq = (number: number, cpus: number[], isMovable: boolean | null = true): InterruptState => ({
  irq: number,
  cpus,
  isMovable,
});

function judge(irqs: InterruptState[], more: Partial<InterruptsState> = {}) {
  const planned = plan(text);
  const interrupts = { irqs, ofNew: [0, 2, 10, 12], devices: new Map<string, number[]>(), ...more };
  const running = runningAs(planned, { interrupts });
  return judgeInterrupts(load(text).spec, planned.placement, running).map(
    ({ id, status, found }) => `${status} ${id}: ${found}`,
  );
}

const newOnes = 'pass interrupts.new: they come on CPUs 0,2,10,12';

describe('interrupts that are to be away', () => {
  const cases: [string, InterruptState[], string][] = [
    ['passes what comes elsewhere', [irq(24, [0]), irq(25, [2, 12])], 'pass interrupts.host: none does'],
    ['fails one that came back', [irq(24, [0]), irq(25, [0, 11])], 'fail interrupts.host: 25 do'],
    [
      'passes those that the kernel lets nobody move, and names them',
      [irq(25, [1], false), irq(30, [11], false)],
      'pass interrupts.host: none does; the kernel lets nobody move 25,30',
    ],
    [
      'fails what can be moved beside what can not',
      [irq(25, [1], false), irq(26, [1])],
      'fail interrupts.host: 26 do; the kernel lets nobody move 25',
    ],
    [
      'judges nothing that only root can tell',
      [irq(25, [1], null)],
      'skip interrupts.host: 25 do; only root can tell whether anybody may move them',
    ],
  ];
  it.each(cases)('%s', (_what, irqs, line) => {
    expect(judge(irqs)).toEqual([line, newOnes]);
  });

  it('fails where new ones come to the VM, or nobody knows', () => {
    expect(judge([], { ofNew: [0, 1] })[1]).toBe('fail interrupts.new: they come on CPUs 0-1');
    expect(judge([], { ofNew: null })[1]).toBe(
      'fail interrupts.new: the kernel does not say where they come',
    );
  });

  it('wants those of a passed device on the CPUs of the VM', () => {
    const devices = new Map([[device, [40, 41]]]);
    expect(judge([irq(40, [1, 11]), irq(41, [11])], { devices })).toEqual([
      'pass interrupts.host: none does',
      newOnes,
      `pass interrupts.${device}: all 2 do`,
    ]);
    expect(judge([irq(40, [0]), irq(41, [1])], { devices })[2]).toBe(
      `fail interrupts.${device}: 40 comes on CPUs 0`,
    );
    expect(judge([], { devices: new Map([[device, []]]) })[2]).toBe(
      `skip interrupts.${device}: it has none that can be moved`,
    );
  });

  it('promises nothing where the spec leaves them alone', () => {
    const stay = 'cpu: {vcpus: 2}\nmemory: {size: 1GiB}\n';
    const planned = plan(stay);
    const interrupts = { irqs: [irq(25, [1])], ofNew: [1], devices: new Map<string, number[]>() };
    expect(judgeInterrupts(load(stay).spec, planned.placement, runningAs(planned, { interrupts }))).toEqual(
      [],
    );
  });
});
