import { describe, expect, it } from 'vitest';
import type { CgroupFacts } from '../../../src/plan/cgroup/facts.js';
import { hostFacts, notesMachine } from '../../support/hosts.js';
import { plan, type World } from '../../support/planning.js';

const here: CgroupFacts = {
  mount: '/sys/fs/cgroup',
  controllers: ['cpuset', 'cpu', 'io', 'memory'],
  enabled: ['memory'],
  whole: true,
  legacy: {},
};

function isolated(vcpus: number, world: World = {}, more = ''): ReturnType<typeof plan> {
  const spec = `cpu: {vcpus: ${vcpus}}\nplacement: {isolation: cgroup${more}}\n`;
  return plan(spec, { cgroups: here, ...world });
}

const complaints = ({ findings }: ReturnType<typeof plan>) =>
  findings.filter(({ severity }) => severity === 'missing').map(({ key, message }) => `${key}: ${message}`);

describe('isolation', () => {
  it('is a group of its own under the root for exactly the CPUs of the vCPUs', () => {
    const planned = isolated(4);
    expect(complaints(planned)).toEqual([]);
    expect(planned.partition).toEqual({
      root: '/sys/fs/cgroup',
      group: '/sys/fs/cgroup/vm-worker',
      cpus: [1, 2, 11, 12],
      enables: ['cpuset'],
      holder: null,
    });
    expect(planned.decisions).toContainEqual({
      key: 'placement.isolation',
      value: 'CPUs 1-2,11-12 isolated',
      reason: 'nothing but the vCPU threads runs there while the VM does',
    });
  });

  it('is none by default', () => {
    expect(plan('cpu: {vcpus: 4}', { cgroups: here }).partition).toBeNull();
  });

  it('switches off what another VM switched on if it is the last to go', () => {
    const cgroups = { ...here, enabled: ['cpuset'] };
    const other = { vm: 'other', exclusiveCpus: [], cgroupControllers: ['cpuset'] };
    expect(isolated(4, { cgroups }).partition?.enables).toEqual([]);
    expect(isolated(4, { cgroups, claims: [other] }).partition?.enables).toEqual(['cpuset']);
  });

  it('has systemd leave the controller on, by a slice of a name without dashes', () => {
    const spec = 'name: big-db\ncpu: {vcpus: 4}\nplacement: {isolation: cgroup}\n';
    expect(plan(spec, { cgroups: here, systemd: true }).partition?.holder).toEqual({
      unit: 'multiverse_big\\x2ddb.slice',
      settings: ['AllowedMemoryNodes=0'],
    });
  });

  it('is planned for a machine of which no cgroups are known', () => {
    const planned = isolated(4, { cgroups: null });
    expect(complaints(planned)).toEqual([]);
    expect(planned.partition?.root).toBe('/sys/fs/cgroup');
  });
});

describe('what a host can not isolate', () => {
  it.each<[string, World, string]>([
    ['is all without cgroup v2', { cgroups: { lacks: 'mount' } }, 'cgroup v2 is not mounted'],
    [
      'is CPUs where the kernel has no cpusets',
      { cgroups: { ...here, controllers: ['memory'] } },
      'cgroup v2 has no controller cpuset here',
    ],
    [
      'is CPUs where v1 has the cpusets',
      { cgroups: { ...here, controllers: [], legacy: { cpuset: '/sys/fs/cgroup/cpuset' } } },
      'cgroup v1 holds the controller cpuset (/sys/fs/cgroup/cpuset), so that cgroup v2 has none',
    ],
    [
      'is anything in a container',
      { cgroups: { ...here, whole: false } },
      'what is the root cgroup here is that of a container, under which no CPU can be isolated',
    ],
    [
      'is anything without being root',
      { host: { ...notesMachine(), root: false } },
      'only root may change the root cgroup',
    ],
  ])('%s', (_, world, message) => {
    const planned = isolated(4, world);
    expect(complaints(planned)).toEqual([`placement.isolation: ${message}`]);
    expect(planned.partition).toBeNull();
  });

  it('is a vCPU that floats', () => {
    expect(complaints(isolated(2, {}, ', vcpus: {0: "1", 1: "2-3"}'))).toEqual([
      'placement.isolation: vCPU 1 floats, and on isolated CPUs the kernel moves no thread from one to another',
    ]);
  });

  it('is every CPU', () => {
    const host = hostFacts({ coresPerL3: 2, threads: 1 });
    expect(complaints(isolated(2, { host }))).toContain(
      'placement.isolation: no CPU would be left for the host',
    );
  });

  it('is a CPU on which another thread of the VM is to run', () => {
    expect(complaints(isolated(4, {}, ', vcpus: "1,2,11,12", emulator: "0,11"'))).toContain(
      "placement.emulator: QEMU's own threads are to run on CPU 11, which placement.isolation keeps for the vCPU threads alone",
    );
  });
});
