import { describe, expect, it } from 'vitest';
import type { CgroupFacts } from '../../../src/plan/cgroup/facts.js';
import { notesMachine } from '../../support/hosts.js';
import { plan, type World } from '../../support/planning.js';

const here: CgroupFacts = {
  mount: '/sys/fs/cgroup',
  controllers: ['cpuset', 'cpu', 'io', 'memory'],
  enabled: ['memory'],
  whole: true,
  legacy: {},
};

const limited = (limits: string, world: World = {}) =>
  plan(`limits: {${limits}}\n`, { cgroups: here, systemd: true, ...world });

const complaints = ({ findings }: ReturnType<typeof plan>) =>
  findings.filter(({ severity }) => severity === 'missing').map(({ key, message }) => `${key}: ${message}`);

const all = 'cpuQuota: 150, cpuWeight: 200, memoryHigh: 1GiB, memoryMax: 2GiB, swapMax: 512MiB, ioWeight: 50';

describe('limits', () => {
  it('are a group below vm.slice, in the words of the kernel', () => {
    expect(limited(all).limits).toEqual({
      kind: 'group',
      root: '/sys/fs/cgroup',
      slice: '/sys/fs/cgroup/vm.slice',
      group: '/sys/fs/cgroup/vm.slice/worker',
      controllers: ['cpu', 'memory', 'io'],
      enables: ['cpu', 'io'],
      holder: {
        unit: 'multiverse_worker.slice',
        settings: ['CPUWeight=100', 'MemoryAccounting=yes', 'IOWeight=100'],
      },
      settings: [
        { file: 'cpu.max', value: '150000 100000' },
        { file: 'cpu.weight', value: '200' },
        { file: 'memory.high', value: '1073741824' },
        { file: 'memory.max', value: '2147483648' },
        { file: 'memory.swap.max', value: '536870912' },
        { file: 'io.weight', value: 'default 50' },
      ],
    });
  });

  it("are a scope in systemd's words", () => {
    expect(limited(`cgroup: systemd, ${all}`).limits).toEqual({
      kind: 'scope',
      unit: 'vm-worker.scope',
      user: false,
      properties: [
        'CPUQuota=150%',
        'CPUWeight=200',
        'MemoryHigh=1073741824',
        'MemoryMax=2147483648',
        'MemorySwapMax=536870912',
        'IOWeight=50',
      ],
    });
    const host = { ...notesMachine(), root: false };
    expect(limited('cgroup: systemd, cpuQuota: 50', { host }).limits).toMatchObject({ user: true });
  });

  it('are none where nothing is limited', () => {
    expect(limited('cgroup: systemd').limits).toBeNull();
  });

  it.each<[string, string, World, string]>([
    [
      'a controller',
      'ioWeight: 9',
      { cgroups: { ...here, controllers: ['cpu'] } },
      'limits: cgroup v2 has no controller io here',
    ],
    [
      'one that v1 holds',
      'ioWeight: 9',
      { cgroups: { ...here, controllers: [], legacy: { blkio: '/sys/fs/cgroup/blkio' } } },
      'limits: cgroup v1 holds the controller io (/sys/fs/cgroup/blkio), so that cgroup v2 has none',
    ],
    [
      'root',
      'cpuQuota: 9',
      { host: { ...notesMachine(), root: false } },
      'limits: only root may change the root cgroup',
    ],
    [
      'systemd',
      'cgroup: systemd, cpuQuota: 9',
      { systemd: false },
      'limits.cgroup: systemd does not run here',
    ],
  ])('can not do without %s', (_, limits, world, message) => {
    const planned = limited(limits, world);
    expect(complaints(planned)).toEqual([message]);
    expect(planned.limits).toBeNull();
  });
});
