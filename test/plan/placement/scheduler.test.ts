import { describe, expect, it } from 'vitest';
import { notesMachine, plainMachine } from '../../support/hosts.js';
import { decisionOn, messages, plan } from './planned.js';

const fifo = { scheduler: { policy: 'fifo' } };
const bridge = { networks: [{ type: 'bridge', bridge: 'br0' }] };

describe('a scheduler', () => {
  it('is none unless the spec says one', () => {
    expect(plan(notesMachine(), {}).placement.scheduler).toBeNull();
    const batch = plan(notesMachine(), { placement: { vcpus: 'none', scheduler: { policy: 'batch' } } });
    expect(batch.placement.scheduler).toEqual({ policy: 'batch', priority: null });
    expect(batch.findings).toEqual([]);
  });

  it('of real time has priority 1, and nothing else on the CPUs of vCPUs', () => {
    const result = plan(notesMachine(), { vcpus: 4, placement: fifo, ioThreads: 1, spec: bridge });
    expect(result.placement).toMatchObject({
      scheduler: { policy: 'fifo', priority: 1 },
      emulator: [0, 10],
      ioThreads: [[0, 10]],
      vhost: [0, 10],
      relaxed: [],
    });
    expect(result.findings).toEqual([]);
  });

  it.each([
    [null, ''],
    [
      { period: 1000000, runtime: 950000 },
      '; a vCPU that never sleeps may be held for 5 % of the time where an ordinary thread waits (sched_rt_runtime_us)',
    ],
    [
      { period: 1000000, runtime: null },
      '; nothing is kept for ordinary threads on the CPU of a vCPU that never sleeps (sched_rt_runtime_us)',
    ],
    [
      { period: 1000000, runtime: 1000000 },
      '; nothing is kept for ordinary threads on the CPU of a vCPU that never sleeps (sched_rt_runtime_us)',
    ],
  ])('of real time says what the limit %j does', (realTimeLimit, what) => {
    const result = plan({ ...notesMachine(), realTimeLimit }, { placement: fifo });
    expect(decisionOn(result, 'placement.scheduler')).toEqual({
      key: 'placement.scheduler',
      value: 'fifo 1',
      reason: `as the spec says${what}`,
    });
  });

  it('of no real time is not touched by a limit', () => {
    const realTimeLimit = { period: 1000000, runtime: 950000 };
    const placement = { scheduler: { policy: 'batch' } };
    const result = plan({ ...notesMachine(), realTimeLimit }, { placement });
    expect(decisionOn(result, 'placement.scheduler')).toMatchObject({
      value: 'batch',
      reason: 'as the spec says',
    });
    expect(decisionOn(plan(notesMachine(), {}), 'placement.scheduler')).toBeUndefined();
  });

  it('of real time is warned of where it runs before interrupts', () => {
    const placement = { scheduler: { policy: 'rr', priority: 50 } };
    expect(messages(plan(notesMachine(), { placement }))).toEqual([
      "warning: vCPUs with priority 50 run before the host's interrupt threads, which have 50: interrupts that come to their CPUs wait",
    ]);
  });

  it('of real time keeps its CPUs exclusive', () => {
    const result = plan(notesMachine(), { vcpus: 2, placement: { ...fifo, exclusive: false } });
    expect(result.placement.exclusiveCpus).toEqual([1, 11]);
  });
});

describe('auto with real time', () => {
  it('gives real time up where no CPU is left for other threads', () => {
    const result = plan(plainMachine(2), { vcpus: 2, placement: { ...fifo, reserve: 'none' } });
    expect(result.placement).toMatchObject({
      scheduler: null,
      relaxed: [
        "the vCPUs are not real-time: QEMU's own threads and vCPUs share CPUs 0-1",
        "QEMU's own threads share CPUs 0-1 with the vCPUs: no other CPU is free",
      ],
    });
  });

  it('gives it up where vCPUs float', () => {
    const result = plan(plainMachine(2), { vcpus: 3, placement: fifo });
    expect(result.placement.scheduler).toBeNull();
    expect(result.placement.relaxed.join()).toContain(
      'the vCPUs are not real-time: vCPU 0 floats, and would keep all else from every CPU that it comes to',
    );
  });

  it('is an error with strict', () => {
    const placement = { ...fifo, vcpus: 'strict', reserve: 'none', emulator: 'none' };
    expect(messages(plan(plainMachine(2), { vcpus: 2, placement }))).toEqual([
      "missing: real-time vCPUs let nothing else run on their CPUs: the kernel may put QEMU's own threads on CPUs of vCPUs",
    ]);
  });

  it('keeps away from where the threads of other VMs are', () => {
    const claims = [{ vm: 'web', exclusiveCpus: [], threadCpus: [0, 10] }];
    const placement = { ...fifo, reserve: 'none' };
    expect(plan(notesMachine(), { vcpus: 2, placement, claims }).cpus).toEqual([1, 11]);
    expect(plan(notesMachine(), { vcpus: 2, placement: { reserve: 'none' }, claims }).cpus).toEqual([0, 10]);
  });
});

describe('by hand', () => {
  it.each([
    [{ vcpus: '1,11', emulator: '1' }, "QEMU's own threads and vCPUs share CPU 1"],
    [{ vcpus: '1,11', ioThreads: '11' }, 'I/O threads and vCPUs share CPU 11'],
    [{ vcpus: '1,11', vhost: '1,2' }, 'vhost workers and vCPUs share CPU 1'],
    [{ vcpus: { 0: '1', 1: '1' } }, 'vCPUs 0 and 1 are on CPU 1'],
    [
      { vcpus: { 0: '1', 1: '2-3' } },
      'vCPU 1 floats, and would keep all else from every CPU that it comes to',
    ],
    [{ vcpus: 'none' }, 'vCPU 0 floats, and would keep all else from every CPU that it comes to'],
  ])('real time with %j is an error', (placement, what) => {
    const result = plan(notesMachine(), {
      vcpus: 2,
      placement: { ...fifo, ...placement },
      ioThreads: 1,
      spec: bridge,
    });
    expect(messages(result).filter((message) => message.startsWith('missing'))).toEqual([
      `missing: real-time vCPUs let nothing else run on their CPUs: ${what}`,
    ]);
  });

  it('real time among threads of another VM is an error', () => {
    const claims = [{ vm: 'web', exclusiveCpus: [], threadCpus: [1] }];
    const result = plan(notesMachine(), { vcpus: 2, placement: { ...fifo, vcpus: '1,11' }, claims });
    expect(messages(result)).toEqual([
      'missing: real-time vCPUs let nothing else run on their CPUs: threads of VM web and vCPUs share CPU 1',
    ]);
  });

  it('other threads on CPUs of ordinary vCPUs are warned of', () => {
    const result = plan(notesMachine(), { vcpus: 2, placement: { vcpus: '1,11', emulator: '0,11' } });
    expect(messages(result)).toEqual([
      "warning: QEMU's own threads share CPU 11 with vCPUs: they take turns, and the guest stands still meanwhile",
    ]);
  });
});

describe('CPUs that the spec names for other threads', () => {
  it('are left alone by auto while there are others', () => {
    const placement = { emulator: '1,11', vhost: '2', ioThreads: '12' };
    const wish = { vcpus: 4, placement, ioThreads: 1 };
    expect(plan(notesMachine(), wish)).toMatchObject({ cpus: [3, 13, 4, 14], findings: [] });
    expect(plan(notesMachine(), wish).placement).toMatchObject({
      emulator: [1, 11],
      vhost: [2],
      ioThreads: [[12]],
    });
    expect(plan(plainMachine(2), { vcpus: 2, placement: { emulator: '0', reserve: 'none' } }).cpus).toEqual([
      0, 1,
    ]);
  });

  it('are checked, those of vhost too', () => {
    const result = plan(notesMachine(), { placement: { vhost: '99' } });
    expect(messages(result)).toEqual(['missing: CPU 99 does not exist on this host']);
    expect(plan(notesMachine(), { placement: { vhost: 'none' } }).placement.vhost).toEqual([]);
  });
});
