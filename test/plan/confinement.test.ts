import { describe, expect, it } from 'vitest';
import type { CgroupFacts } from '../../src/plan/cgroup/facts.js';
import { hostFacts } from '../support/hosts.js';
import { plan, type World } from '../support/planning.js';

const GIB = 1024 ** 3;

const cgroups: CgroupFacts = {
  mount: '/sys/fs/cgroup',
  controllers: ['cpuset', 'cpu', 'memory'],
  enabled: ['cpu'],
  whole: true,
  legacy: {},
};

const restricted = (text: string, world: World = {}) =>
  plan(text, {
    host: { ...hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 }), root: true },
    cgroups,
    systemd: true,
    ...world,
  });
const complaints = ({ findings }: ReturnType<typeof plan>) =>
  findings.map(({ severity, key, message }) => `${severity} ${key}: ${message}`);

const onNode1 = 'cpu: {vcpus: 2}\nmemory: {size: 2GiB, policy: restrictive, hostNodes: "1"}\n';

describe('policy: restrictive', () => {
  it('is a cgroup that has the nodes, and memory that is bound to none', () => {
    const { limits, memory, placement, findings, decisions } = restricted(onNode1);
    expect(limits).toEqual({
      kind: 'group',
      root: '/sys/fs/cgroup',
      slice: '/sys/fs/cgroup/vm.slice',
      group: '/sys/fs/cgroup/vm.slice/worker',
      controllers: ['cpuset'],
      enables: ['cpuset'],
      settings: [{ file: 'cpuset.mems', value: '1' }],
      // Of a slice without processes: that systemd leaves the controller on.
      holder: { unit: 'multiverse_worker.slice', settings: ['AllowedMemoryNodes=0'] },
    });
    expect(memory).toMatchObject({ confinedTo: [1], hostNodes: [], policy: 'default' });
    expect(placement.vcpus.map(({ node }) => node)).toEqual([1, 1]);
    expect(findings).toEqual([]);
    expect(decisions.filter(({ key }) => key === 'memory.policy').map(({ value }) => value)).toEqual([
      'node 1',
      'AllowedMemoryNodes=1',
    ]);
  });

  it("is systemd's where systemd makes the group, and goes with limits", () => {
    expect(restricted(`${onNode1}limits: {cgroup: systemd, cpuQuota: 50}\n`).limits).toMatchObject({
      properties: ['CPUQuota=50%', 'AllowedMemoryNodes=1'],
    });
    expect(restricted(`${onNode1}limits: {cpuQuota: 50}\n`).limits).toMatchObject({
      controllers: ['cpu', 'cpuset'],
      settings: [{ file: 'cpu.max' }, { file: 'cpuset.mems', value: '1' }],
    });
  });

  it('is for the nodes of the vCPUs where it names none', () => {
    const { memory } = restricted('cpu: {vcpus: 2}\nmemory: {policy: restrictive}\n');
    expect(memory).toMatchObject({ confinedTo: [0], hostNodes: [], policy: 'default' });
    const both = restricted('cpu: {vcpus: 14}\nmemory: {policy: restrictive}\n').memory;
    expect(both.confinedTo).toEqual([0, 1]);
    expect(both.nodes.map((node) => node.memory?.hostNodes)).toEqual([[], []]);
    const nowhere = restricted('placement: {vcpus: none}\nmemory: {policy: restrictive}\n');
    expect(nowhere.limits).toBeNull();
    expect(complaints(nowhere)).toEqual([
      'missing memory.policy: restrictive to which nodes is unknown: the vCPUs are on none',
    ]);
  });

  it('is one set of nodes for all memory', () => {
    const rows = (first: string, second: string) =>
      complaints(
        restricted(
          `cpu: {vcpus: 2}\nmemory: {size: 2GiB}\nnuma: [{cpus: 0, memory: 1GiB, ${first}}, {cpus: 1, memory: 1GiB, ${second}}]\n`,
        ),
      );
    const on = (nodes: string, policy = 'restrictive') => `policy: ${policy}, hostNodes: "${nodes}"`;
    expect(rows(on('0-1'), on('0-1'))).toEqual([]);
    expect(rows(on('0-1'), on('1', 'bind'))).toEqual([]);
    expect(rows(on('0'), on('1'))).toEqual([
      'missing numa[1].policy: it wants memory of node 1, and numa[0] restricts the whole of QEMU to node 0',
    ]);
    expect(rows(on('0', 'bind'), on('1'))).toEqual([
      'missing numa[0].policy: it wants memory of node 0, and numa[1] restricts the whole of QEMU to node 1',
    ]);
  });

  it('takes huge pages of these nodes alone', () => {
    const pools = (free: number) => [{ pageBytes: GIB, total: 4, free }];
    const host = hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 });
    const nodes = host.nodes.map((node) => ({ ...node, hugepages: pools(node.node === 0 ? 4 : 0) }));
    const { findings } = restricted(onNode1.replace('{size', '{hugepages: 1GiB, size'), {
      host: { ...host, nodes, hugepages: pools(4) },
    });
    expect(findings.map(({ message }) => message)).toEqual([
      '2 huge pages of 1GiB are needed on node 1, 0 of 4 are free',
    ]);
  });

  it.each<[string, World, string]>([
    [
      'the controller',
      { cgroups: { ...cgroups, controllers: ['cpu'] } },
      'missing memory.policy: cgroup v2 has no controller cpuset here',
    ],
    [
      'one that v1 has not taken',
      { cgroups: { ...cgroups, controllers: [], legacy: { cpuset: '/sys/fs/cgroup/cpuset' } } },
      'missing memory.policy: cgroup v1 holds the controller cpuset (/sys/fs/cgroup/cpuset), so that cgroup v2 has none',
    ],
    ['cgroup v2', { cgroups: { lacks: 'mount' } }, 'missing memory.policy: cgroup v2 is not mounted'],
    [
      'root',
      { host: { ...hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 }), root: false } },
      'missing memory.policy: only root may change the root cgroup',
    ],
  ])('can not do without %s', (_, world, message) => {
    const planned = restricted(onNode1, world);
    expect(complaints(planned)).toEqual([message]);
    expect(planned.limits).toBeNull();
  });

  it('does not go with CPUs that are isolated', () => {
    expect(() => restricted(`${onNode1}placement: {isolation: cgroup}\n`)).toThrow(/policy: restrictive/);
  });
});
