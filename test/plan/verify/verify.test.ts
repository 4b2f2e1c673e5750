import { describe, expect, it } from 'vitest';
import type { VmPlan } from '../../../src/plan/plan.js';
import type { RunningVm } from '../../../src/plan/verify/running.js';
import { verifyPromises } from '../../../src/plan/verify/verify.js';
import { load, plan } from '../../support/planning.js';
import { ioThread, mainThread, mappingOf, moved, runningAs, task, vcpuThread } from './support.js';

const GIB = 1024 ** 3;
const text = 'cpu: {vcpus: 4}\nioThreads: 1\nmemory: {size: 1GiB}\n';

/** What the checks say of a VM that is as planned but for a change. */
function judge(spec: string, change: (running: RunningVm, plan: VmPlan) => RunningVm = (one) => one) {
  const planned = plan(spec);
  const running = change(runningAs(planned), planned);
  return verifyPromises({ spec: load(spec).spec, plan: planned, running });
}

const broken = (...args: Parameters<typeof judge>) =>
  judge(...args)
    .filter(({ status }) => status === 'fail')
    .map(({ id, found }) => `${id}: ${found}`);

const statusOf = (id: string, ...args: Parameters<typeof judge>) =>
  judge(...args).find((check) => check.id === id)?.status;

describe('a VM that is as planned', () => {
  it('keeps every promise, and each has its check', () => {
    const checks = judge(text);
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(checks.map(({ id }) => id)).toEqual([
      ...[0, 1, 2, 3].flatMap((vcpu) => [`vcpu.${vcpu}.affinity`, `vcpu.${vcpu}.ran`]),
      'ioThread.0.affinity',
      'emulator.10.affinity',
      'memory.0.backing',
      'memory.0.transparentHugepages',
      'memory.0.merge',
      'memory.0.dump',
      'accelerator',
      'cpu.l3-cache',
      'cpu.vmx',
    ]);
  });

  it('promises nothing of threads that the spec leaves to the kernel', () => {
    const loose = `${text}placement: {vcpus: none, emulator: none, ioThreads: none, vhost: none}\n`;
    expect(broken(loose)).toEqual([]);
    expect(
      ['vcpu.0.affinity', 'ioThread.0.affinity', 'emulator.10.affinity'].map((id) => statusOf(id, loose)),
    ).toEqual(['skip', 'skip', 'skip']);
  });
});

describe('threads', () => {
  const moves: [string, number, number[], string][] = [
    ['a vCPU', vcpuThread(1), [5], 'vcpu.1.affinity: it may run on CPUs 5'],
    ['a vCPU that was given one more', vcpuThread(0), [1, 5], 'vcpu.0.affinity: it may run on CPUs 1,5'],
    ['an I/O thread', ioThread(0), [1], 'ioThread.0.affinity: it may run on CPUs 1'],
    ['the main loop', mainThread, [0], 'emulator.10.affinity: it may run on CPUs 0'],
  ];
  it.each(moves)('tells of %s that was moved, and of nothing else', (_what, threadId, cpus, line) => {
    expect(broken(text, (running) => moved(running, threadId, cpus))).toEqual([line]);
  });

  it('tells of a vCPU that has no thread, or ran elsewhere, and not of one that slept', () => {
    expect(broken(text, (running) => ({ ...running, vcpus: running.vcpus.slice(1), runs: [] }))).toContain(
      'vcpu.0.affinity: QEMU has no thread for it',
    );
    const run = { vcpu: 0, ran: 0.1, waited: 0.02, seconds: 0.1 };
    expect(broken(text, (running) => ({ ...running, runs: [{ ...run, looks: [1, 7] }] }))).toEqual([
      'vcpu.0.ran: seen on CPUs 1,7; it ran 100 ms and waited 20 ms for a CPU in 100 ms',
    ]);
    expect(statusOf('vcpu.0.ran', text, (running) => ({ ...running, runs: [{ ...run, looks: [] }] }))).toBe(
      'skip',
    );
  });

  it('gives a thread that emulates all vCPUs the CPUs of all of them', () => {
    const one = (running: RunningVm): RunningVm => ({
      ...running,
      vcpus: running.vcpus.map(({ index }) => ({ index, threadId: 100 })),
      threads: [
        task(mainThread, 'qemu', [0, 10]),
        task(50, 'IO', [0, 10]),
        task(100, 'ALL CPUs/TCG', [1, 11, 2, 12]),
      ],
      runs: [],
    });
    expect(broken(text, one)).toEqual([]);
  });

  it('compares policy and priority', () => {
    const fifo = `${text}placement: {scheduler: {policy: fifo, priority: 5}}\n`;
    const set = (running: RunningVm, priority: number): RunningVm => ({
      ...running,
      threads: running.threads.map((thread) =>
        thread.name.startsWith('CPU') ? { ...thread, policy: 'fifo', priority } : thread,
      ),
    });
    expect(broken(fifo, (running) => set(running, 5))).toEqual([]);
    expect(broken(fifo, (running) => set(running, 4))[0]).toBe('vcpu.0.scheduler: fifo with priority 4');
    expect(broken(fifo)[0]).toBe('vcpu.0.scheduler: other');
  });

  it('finds vhost workers on both kinds of kernels, and helpers on the CPUs of vCPUs', () => {
    const inside = (running: RunningVm) => ({
      ...running,
      threads: [...running.threads, task(77, 'vhost-10', [3])],
      kernelThreads: [task(78, 'vhost-10', [0, 10])],
    });
    expect(broken(text, inside)).toEqual(['vhost.77.affinity: it may run on CPUs 3']);
    const beside = (cpus: number[]) => (running: RunningVm) => ({
      ...running,
      beside: [{ id: 'tpm0', group: null, threads: cpus.length === 0 ? [] : [task(200, 'swtpm', cpus)] }],
    });
    expect(broken(text, beside([0, 10]))).toEqual([]);
    expect(broken(text, beside([0, 1]))).toEqual(['beside.tpm0: its threads may run on CPUs 0-1']);
    expect(broken(text, beside([]))).toEqual(['beside.tpm0: it is gone, and its device with it']);
  });
});

describe('memory', () => {
  const change = (spec: string, part: Partial<RunningVm['mappings'][number]>) =>
    broken(spec, (running, { memory }) => ({ ...running, mappings: [{ ...mappingOf(memory), ...part }] }));
  const huge = 'memory: {size: 1GiB, hugepages: 2MiB, hostNodes: "0"}\n';

  it.each([
    [text, { flags: ['mg', 'dd', 'hg'] }, 'memory.0.merge: the kernel may merge it'],
    [text, { flags: ['hg'] }, 'memory.0.dump: dumps contain it'],
    [text, { bytes: GIB / 2 }, 'memory.0.backing: QEMU has no such mapping'],
    [text, { permissions: 'rwxp' }, 'memory.0.backing: QEMU has no such mapping'],
    [huge, { pageBytes: 4096 }, 'memory.0.hugepages: 4KiB pages, 1GiB of them in use'],
    [huge, { hugetlbBytes: GIB / 2 }, 'memory.0.allocated: 512MiB of 1GiB'],
    [huge, { policy: 'default' }, 'memory.0.nodes: the policy is default; 1GiB on node 0'],
    [
      huge,
      {
        bytesByNode: [
          { node: 0, bytes: GIB / 2 },
          { node: 1, bytes: GIB / 2 },
        ],
      },
      'memory.0.nodes: the policy is bind:0; 512MiB on node 0, 512MiB on node 1',
    ],
  ])('%#: tells of exactly what is wrong', (spec, part, line) => {
    expect(change(spec, part)).toEqual([line]);
  });

  it('lets huge pages count as locked, and no others without the flag', () => {
    const locked = 'memory: {size: 1GiB, locked: true}\n';
    expect(change(locked, { flags: ['dd', 'hg', 'lo'] })).toEqual([]);
    expect(change(locked, { flags: ['dd', 'hg'] })).toEqual(['memory.locked: QEMU has 0B locked']);
    const both = 'memory: {size: 1GiB, locked: true, hugepages: 2MiB}\n';
    expect(change(both, { flags: ['dd', 'ht'] })).toEqual([]);
  });

  it('takes mappings in a row for one, and a part that may be merged for the whole', () => {
    const half = (start: string, end: string, flags: string[]) => (piece: VmPlan['memory']) => ({
      ...mappingOf(piece, start),
      end,
      bytes: GIB / 2,
      flags,
    });
    const split = (flags: string[]) =>
      broken(text, (running, { memory }) => ({
        ...running,
        mappings: [half('1000', '2000', ['dd', 'hg'])(memory), half('2000', '3000', flags)(memory)],
      }));
    expect(split(['dd', 'hg'])).toEqual([]);
    expect(split(['dd', 'hg', 'mg'])).toEqual(['memory.0.merge: the kernel may merge it']);
  });

  it('says that merging waits for KSM, and huge pages for the host', () => {
    const merging = 'memory: {size: 1GiB, merge: true}\n';
    expect(statusOf('memory.0.merge', merging)).toBe('skip');
    expect(statusOf('memory.0.merge', merging, (running) => ({ ...running, ksmRuns: true }))).toBe('pass');
    const off = (running: RunningVm): RunningVm => ({ ...running, transparentHugepages: 'never' });
    expect(statusOf('memory.0.transparentHugepages', text, off)).toBe('skip');
  });
});

describe('processor and accelerator', () => {
  const has = (properties: [string, boolean | null][]) => (running: RunningVm) => ({
    ...running,
    cpuProperties: new Map(properties),
  });
  it('tells what QEMU left out, and of features that the spec names', () => {
    expect(
      broken(
        text,
        has([
          ['l3-cache', false],
          ['vmx', false],
        ]),
      ),
    ).toEqual(['cpu.l3-cache: QEMU has it off', 'cpu.vmx: QEMU has it off']);
    const named = 'cpu: {features: {x2apic: false}, nested: false}\n';
    expect(
      broken(
        named,
        has([
          ['l3-cache', true],
          ['vmx', false],
          ['x2apic', true],
        ]),
      ),
    ).toEqual(['cpu.x2apic: QEMU has it on']);
    expect(statusOf('cpu.vmx', text, has([['l3-cache', true]]))).toBe('skip');
  });

  it('tells of emulation instead of KVM', () => {
    expect(broken(text, (running) => ({ ...running, accelerator: 'tcg' }))).toEqual([
      'accelerator: QEMU says tcg',
    ]);
  });
});

describe('shares of the caches', () => {
  const spec = `${text}placement: {cache: {l3Ways: 4, exclusive: true}}\n`;
  const group = { group: 'vm-worker', vcpus: [0, 1, 2, 3], bandwidth: [] };
  const ways = [{ resource: 'L3', domain: 0, mask: 0xf0, ofDefault: 0xfff }];
  const say = (tasks: number[] | undefined, own: string, rest = 'L3:0=ff0') => {
    const planned = { ...plan(text), cacheGroups: [{ ...group, ways }] };
    const cacheGroups = new Map([['', { threadIds: [], schemata: rest }]]);
    const all = new Map(
      tasks === undefined
        ? cacheGroups
        : [...cacheGroups, ['vm-worker', { threadIds: tasks, schemata: own }]],
    );
    const running = runningAs(planned, { cacheGroups: all });
    return verifyPromises({ spec: load(spec).spec, plan: planned, running })
      .filter(({ status }) => status === 'fail')
      .map(({ id, found }) => `${id}: ${found}`);
  };
  it('wants the threads in the group, as many ways, and these for nobody else', () => {
    expect(say([100, 101, 102, 103], 'L3:0=f')).toEqual([]);
    expect(say([100, 102, 103], 'L3:0=f')).toEqual(['cache.0.tasks: threads 101 are not']);
    expect(say([100, 101, 102, 103], 'L3:0=7')).toEqual(['cache.0.ways: L3: 0=7']);
    expect(say([100, 101, 102, 103], 'L3:0=f', 'L3:0=fff')).toEqual(['cache.0.ways: L3: 0=f']);
    expect(say(undefined, '')).toEqual(['cache.0.tasks: there is none']);
  });
});

describe('what placement gave up', () => {
  it('is told, and breaks the promise of strict alone', () => {
    const crowded = 'cpu: {vcpus: 64}\n';
    expect(statusOf('placement.relaxed.0', crowded)).toBe('skip');
    expect(statusOf('placement.relaxed.0', `${crowded}placement: {vcpus: strict}\n`)).toBe('fail');
  });
});
