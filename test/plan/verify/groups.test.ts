import { describe, expect, it } from 'vitest';
import type { CgroupState, RunningVm } from '../../../src/plan/verify/running.js';
import { verifyPromises } from '../../../src/plan/verify/verify.js';
import { load, plan } from '../../support/planning.js';
import { mappingOf, runningAs, task, vcpuThread } from './support.js';

const judge = (text: string, state: Partial<RunningVm>) => {
  const planned = plan(text);
  const running = runningAs(planned, state);
  return verifyPromises({ spec: load(text).spec, plan: planned, running }).filter(({ id }) =>
    /partition|limits|nodes/.test(id),
  );
};
const broken = (...args: Parameters<typeof judge>) =>
  judge(...args)
    .filter(({ status }) => status === 'fail')
    .map(({ id, found }) => `${id}: ${found}`);

describe('the partition of the vCPUs', () => {
  const text = 'cpu: {vcpus: 2}\nmemory: {size: 1GiB}\nplacement: {isolation: cgroup}\n';
  const path = '/sys/fs/cgroup/vm-worker';
  const both = [vcpuThread(0), vcpuThread(1)];
  const partition = (state: string, cpus = '1,11', threadIds = both): Pick<RunningVm, 'partition'> => ({
    partition: {
      path,
      threadIds,
      files: new Map([
        ['cpuset.cpus', cpus],
        ['cpuset.cpus.partition', state],
      ]),
    },
  });

  it.each(['isolated', 'root'])('is kept where the kernel says %s', (state) => {
    expect(judge(text, partition(state)).map(({ id, status }) => [id, status])).toEqual([
      ['partition.state', 'pass'],
      ['partition.cpus', 'pass'],
      ['partition.threads', 'pass'],
      ['vcpu.0.partition', 'pass'],
      ['vcpu.1.partition', 'pass'],
    ]);
  });

  const changes: [string, Pick<RunningVm, 'partition'>, string[]][] = [
    ['is not there', { partition: null }, ['partition.state: it has no cgroup of its own']],
    ['is an ordinary group', partition('member'), [`partition.state: the partition ${path} is member`]],
    [
      'is invalid, with the reason of the kernel',
      partition('isolated invalid (Cpu list in cpuset.cpus not exclusive)'),
      [`partition.state: the partition ${path} is isolated invalid (Cpu list in cpuset.cpus not exclusive)`],
    ],
    ['has lost a CPU', partition('isolated', '1'), ['partition.cpus: it has CPUs 1']],
    ['has no CPUs', partition('isolated', ''), ['partition.cpus: it has none']],
    ['lacks a vCPU', partition('isolated', '1,11', [100]), ['vcpu.1.partition: it is outside']],
    [
      'has somebody else inside',
      partition('isolated', '1,11', [...both, 7]),
      ['partition.threads: threads 7 are'],
    ],
  ];
  it.each(changes)('is broken if it %s', (_what, state, lines) => {
    expect(broken(text, state)).toEqual(lines);
  });

  it('is no promise of a spec that asks for none', () => {
    expect(judge('cpu: {vcpus: 2}\nmemory: {size: 1GiB}\n', partition('isolated'))).toEqual([]);
  });

  it('sends who finds a vCPU outside to vm place', () => {
    const checks = judge(text, partition('isolated', '1,11', [100]));
    expect(checks.at(-1)?.advice).toBe('Put it back: vm place worker.');
  });
});

describe('limits', () => {
  const text = `memory: {size: 1GiB}
limits: {cpuQuota: 150, cpuWeight: 200, memoryMax: 1953126KiB, ioWeight: 50}
`;
  const files: Record<string, string> = {
    'cpu.max': '150000 100000',
    'cpu.weight': '200',
    'memory.max': '1999998976',
    'io.weight': 'default 50\n8:0 100',
  };
  const group = (change: Record<string, string>): Pick<RunningVm, 'group'> => ({
    group: {
      path: '/sys/fs/cgroup/vm.slice/worker',
      threadIds: [],
      files: new Map(Object.entries({ ...files, ...change })),
    } satisfies CgroupState,
  });

  it('are kept in whole pages, and beside weights of single disks', () => {
    expect(judge(text, group({})).map(({ id, status }) => [id, status])).toEqual([
      ['limits.cpu.max', 'pass'],
      ['limits.cpu.weight', 'pass'],
      ['limits.memory.max', 'pass'],
      ['limits.io.weight', 'pass'],
    ]);
  });

  const changes: [Record<string, string>, string][] = [
    [{ 'cpu.max': 'max 100000' }, 'limits.cpu.max: /sys/fs/cgroup/vm.slice/worker has max 100000'],
    [{ 'cpu.weight': '20' }, 'limits.cpu.weight: /sys/fs/cgroup/vm.slice/worker has 20'],
    [{ 'memory.max': 'max' }, 'limits.memory.max: /sys/fs/cgroup/vm.slice/worker has max'],
    [{ 'memory.max': '1999994880' }, 'limits.memory.max: /sys/fs/cgroup/vm.slice/worker has 1999994880'],
    [{ 'io.weight': 'default 100' }, 'limits.io.weight: /sys/fs/cgroup/vm.slice/worker has default 100'],
  ];
  it.each(changes)('are broken by %j', (change, line) => {
    expect(broken(text, group(change))).toEqual([line]);
  });

  it('hold for the processes beside QEMU too, which are in its group', () => {
    const beside = (path: string) => [{ id: 'tpm', threads: [task(7, 'swtpm', [0])], group: path }];
    const where = (path: string) => ({ ...group({}), beside: beside(path) });
    expect(broken(text, where('/sys/fs/cgroup/vm.slice/worker'))).toEqual([]);
    expect(broken(text, where('/sys/fs/cgroup'))).toEqual(['limits.beside.tpm: it is in /sys/fs/cgroup']);
    expect(broken(text.replace('{cpu', '{cgroup: systemd, cpu'), where('/sys/fs/cgroup'))).toEqual([]);
  });

  it('are all broken where QEMU has been moved to another group, or to none that is known', () => {
    const root = { path: '/sys/fs/cgroup', threadIds: [], files: new Map<string, string>() };
    expect(broken(text, { group: root })).toHaveLength(4);
    expect(broken(text, { group: root })[0]).toBe(
      'limits.cpu.max: QEMU is in /sys/fs/cgroup, which has no cpu.max',
    );
    expect(broken(text, { group: null })[0]).toBe('limits.cpu.max: it is unknown which cgroup QEMU is in');
  });
});

describe('policy: restrictive', () => {
  const text = 'memory: {size: 1GiB, policy: restrictive, hostNodes: "0"}\n';
  const group = (mems: string) => ({
    group: { path: '/sys/fs/cgroup/vm.slice/worker', threadIds: [], files: new Map([['cpuset.mems', mems]]) },
  });
  const verdicts = (state: Partial<RunningVm>) =>
    judge(text, state).map(({ id, status, found }) => `${id} ${status}: ${found}`);

  it('is kept by the group and by every page', () => {
    expect(verdicts(group('0'))).toEqual([
      'memory.0.nodes pass: 1GiB on node 0',
      'limits.cpuset.mems pass: /sys/fs/cgroup/vm.slice/worker has 0',
    ]);
  });

  it('is broken by another group, or a page elsewhere', () => {
    const mapping = { ...mappingOf(plan(text).memory), bytesByNode: [{ node: 1, bytes: 4096 }] };
    expect(verdicts({ ...group(''), mappings: [mapping] })).toEqual([
      'memory.0.nodes fail: 4KiB on node 1',
      'limits.cpuset.mems fail: /sys/fs/cgroup/vm.slice/worker has none',
    ]);
  });
});
