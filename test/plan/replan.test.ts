import { describe, expect, it } from 'vitest';
import type { Claim, HostFacts } from '../../src/plan/facts.js';
import { bothHolds } from '../../src/plan/holds.js';
import type { VmPlan } from '../../src/plan/plan.js';
import { placeAnew, placeNewVcpus, type ReplanInput } from '../../src/plan/replan.js';
import { hostFacts, notesMachine, plainMachine } from '../support/hosts.js';
import { load, plan } from '../support/planning.js';

const twoNodes = () => hostFacts({ sockets: 2, coresPerL3: 4, threads: 2 });

/** A VM of this spec that runs on this host. */
function running(text: string, host: HostFacts, claims: readonly Claim[] = []): ReplanInput {
  const planned: VmPlan = plan(text, { host });
  return {
    spec: load(text).spec,
    plan: planned,
    host,
    files: new Map(),
    claims,
    present: planned.placement.vcpus.map(({ vcpu }) => vcpu),
  };
}

const cpusOf = ({ placement }: { placement: VmPlan['placement'] }) =>
  placement.vcpus.map(({ vcpu, cpu }) => [vcpu, cpu]);
const told = ({ findings }: { findings: VmPlan['findings'] }) =>
  findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);

const missing = (planned: { findings: VmPlan['findings'] }) =>
  told(planned).filter((line) => line.startsWith('missing'));

describe('placeAnew', () => {
  it('on auto is what a launch would have given among the claims of now, its own not in the way', () => {
    const vm = running('name: a\ncpu: {vcpus: 4}\n', notesMachine());
    expect(placeAnew(vm, 'auto').placement).toEqual(vm.plan.placement);
    const crowded = { ...vm, claims: [{ vm: 'b', exclusiveCpus: [1, 11] }] };
    const anew = placeAnew(crowded, 'auto');
    expect(cpusOf(anew)).toEqual([
      [0, 2],
      [1, 12],
      [2, 3],
      [3, 13],
    ]);
    expect(anew.placement.exclusiveCpus).toEqual([2, 3, 12, 13]);
    expect(anew.findings).toEqual([]);
  });

  it('on a list is checked as that of a spec', () => {
    const text = 'name: a\ncpu: {vcpus: 2}\nplacement: {reserve: "0,10"}\n';
    const vm = running(text, notesMachine(), [{ vm: 'b', exclusiveCpus: [5] }]);
    expect(cpusOf(placeAnew(vm, [14, 4]))).toEqual([
      [0, 4],
      [1, 14],
    ]);
    expect(told(placeAnew(vm, [4]))).toContain('missing usage.vcpus: lists 1 CPUs for 2 vCPUs');
    expect(told(placeAnew(vm, [0, 10]))).toEqual([
      'missing usage.vcpus: CPU 0,10 is kept for the host here and given to a vCPU by placement.vcpus',
    ]);
    expect(told(placeAnew(vm, [5, 15]))).toEqual(['missing host.cpu-held: CPU 5 is held by VM b']);
  });

  it('stays with the memory, for which it needs no room, and says when a list does not', () => {
    const host = twoNodes();
    const vm = running(
      'name: a\ncpu: {vcpus: 2}\nmemory: {size: 4GiB, hostNodes: "1", policy: bind}\n',
      host,
    );
    expect(vm.plan.memory.hostNodes).toEqual([1]);
    const full = host.nodes.map((node) => (node.node === 1 ? { ...node, availableBytes: 0 } : node));
    const moved = placeAnew({ ...vm, host: { ...host, nodes: full } }, 'auto');
    expect(moved.placement.vcpus.map(({ node }) => node)).toEqual([1, 1]);
    expect(moved.findings).toEqual([]);
    expect(told(placeAnew(vm, [1, 9]))).toContain(
      'warning host.placement: memory is not moved: it stays in node 1, and vCPUs run in node 0',
    );
  });

  it('gives siblings only what the guest already takes for siblings', () => {
    const vm = running(
      'name: a\ncpu: {vcpus: 2, topology: {sockets: 1, cores: 2, threads: 1}}\n',
      notesMachine(),
    );
    expect(cpusOf(placeAnew(vm, 'auto'))).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('takes each node of the guest to its own memory', () => {
    const vm = running('name: a\ncpu: {vcpus: 12}\nmemory: {size: 12GiB}\n', twoNodes());
    expect(vm.plan.memory.nodes).toHaveLength(2);
    const nodesBefore = vm.plan.placement.vcpus.map(({ node }) => node);
    const crowded = { ...vm, claims: [{ vm: 'b', exclusiveCpus: [7, 15] }] };
    expect(placeAnew(crowded, 'auto').placement.vcpus.map(({ node }) => node)).toEqual(nodesBefore);
    expect(placeAnew({ ...vm, present: [0, 11] }, 'auto').placement.vcpus.map(({ node }) => node)).toEqual([
      0, 1,
    ]);
  });
});

describe('what it holds for its CPUs', () => {
  const caches = [0, 1].map((id) => ({
    level: 3,
    id,
    cpus: [0, 1, 2, 3, 8, 9, 10, 11].map((cpu) => cpu + 4 * id),
  }));
  const ways = { name: 'L3', all: 0xff, minWays: 1, shareable: 0, sparse: false, maxGroups: 16 };
  const schemata = (...masks: number[]) => new Map([['L3', new Map(masks.map((mask, id) => [id, mask]))]]);
  /** Its share of cache 0 taken away from the default group. */
  const resctrl = {
    caches: [ways],
    bandwidth: null,
    groups: [
      { name: '', schemata: schemata(0x0f, 0xff) },
      { name: 'vm-a', schemata: schemata(0xf0, 0xff) },
    ],
    domains: caches,
  };
  const share = (domain: number, mask: number) => ({ resource: 'L3', domain, mask, ofDefault: 0xff });
  const group = { group: 'vm-a', vcpus: [0, 1], ways: [share(0, 0xf0)], bandwidth: [] };
  const irqs = [
    { irq: 24, cpus: [0, 4, 5] },
    { irq: 30, cpus: [0, 2, 3] },
  ];
  const text = `name: a
cpu: {vcpus: 2}
placement: {isolation: cgroup, interrupts: away, cache: {l3Ways: 4, exclusive: true}}
`;
  const vm = (): ReplanInput => {
    const before = running(text, { ...twoNodes(), root: true });
    const partition = {
      root: '/sys/fs/cgroup',
      group: '/sys/fs/cgroup/vm-a',
      cpus: [1, 9],
      enables: ['cpuset'],
      holder: null,
    };
    const original = { irqs: [{ irq: 24, cpus: [0, 1, 4, 5] }], ofNew: null };
    const interrupts = {
      cpus: [1, 9],
      online: [...Array(16).keys()],
      before: original,
      devices: ['0000:65:00.0'],
    };
    return {
      ...before,
      plan: { ...before.plan, partition, interrupts, cacheGroups: [group] },
      resctrl,
      cgroups: {
        mount: '/sys/fs/cgroup',
        controllers: ['cpuset'],
        enabled: ['cpuset'],
        whole: true,
        legacy: {},
      },
      interrupts: { irqs, ofNew: null, balanced: false },
    };
  };

  it('stays as it is where its CPUs do', () => {
    const { plan: now } = vm();
    const { partition, interrupts, cacheGroups } = placeAnew(vm(), [1, 9]);
    expect({ partition, interrupts, cacheGroups }).toEqual({
      partition: now.partition,
      interrupts: now.interrupts,
      cacheGroups: now.cacheGroups,
    });
  });

  it('goes with them: the partition, the share of the caches, and where interrupts may come', () => {
    const moved = placeAnew(vm(), [5, 13]);
    expect(missing(moved)).toEqual([]);
    expect(moved.partition).toEqual({ ...vm().plan.partition, cpus: [5, 13] });
    expect(moved.cacheGroups).toEqual([{ ...group, ways: [share(1, 0xf0)] }]);
    expect(moved.interrupts).toMatchObject({
      cpus: [5, 13],
      devices: ['0000:65:00.0'],
      // As they were before this VM came, and as somebody has configured them since.
      before: {
        irqs: [
          { irq: 24, cpus: [0, 1, 4, 5] },
          { irq: 30, cpus: [0, 2, 3] },
        ],
      },
    });
  });

  it('is both while it moves', () => {
    const { plan: before } = vm();
    const both = bothHolds(before, placeAnew(vm(), [5, 13]));
    expect(both.partition?.cpus).toEqual([5, 13]);
    expect(both.interrupts?.cpus).toEqual([1, 5, 9, 13]);
    expect(both.cacheGroups).toEqual([{ ...group, ways: [share(0, 0xf0), share(1, 0xf0)] }]);
    const [same] = bothHolds(before, {
      ...before,
      cacheGroups: [{ ...group, ways: [share(0, 0x0f)] }],
    }).cacheGroups;
    expect(same?.ways).toEqual([share(0, 0xf0), share(0, 0x0f)]);
  });

  it('has the ways of its own back to choose from, and those of others not', () => {
    const back = placeAnew(vm(), [2, 10]);
    expect(back.cacheGroups).toEqual([group]);
    const claims = [{ vm: 'b', exclusiveCpus: [], cacheWays: [share(1, 0x7f)] }];
    expect(missing(placeAnew({ ...vm(), claims }, [5, 13]))).toEqual([
      'missing host.resctrl: 4 neighbouring ways of L3 of cache 1 are not free: of 8, 1 are, at most 1 side by side',
    ]);
  });

  it('is refused where it can not go along: vCPUs that float have no partition', () => {
    expect(told(placeAnew(vm(), 'none'))).toContainEqual(
      expect.stringMatching(/^missing host.cgroup: vCPU 0-1 float/),
    );
    expect(told(placeAnew(vm(), 'none'))).toContain('missing host.interrupts: the vCPUs float over all CPUs');
  });

  it('grows with vCPUs that are plugged in', () => {
    const grown = placeNewVcpus({ ...vm(), present: [0, 1, 2, 3] });
    expect(grown.partition?.cpus).toEqual([1, 2, 9, 10]);
    expect(grown.interrupts?.cpus).toEqual([1, 2, 9, 10]);
    expect(grown.cacheGroups).toEqual([{ ...group, vcpus: [0, 1, 2, 3] }]);
  });
});

describe('placeNewVcpus', () => {
  const hotplug = 'name: a\ncpu: {vcpus: 2, maxVcpus: 4}\n';

  it('changes nothing where all are known', () => {
    const vm = running(hotplug, notesMachine());
    const { placement } = vm.plan;
    const nothing = { partition: null, interrupts: null, cacheGroups: [], findings: [] };
    expect(placeNewVcpus(vm)).toEqual({ placement, ...nothing });
  });

  it('leaves the others where they are, and takes free cores for those that came', () => {
    const vm = running(hotplug, notesMachine(), [{ vm: 'b', exclusiveCpus: [2, 12] }]);
    const grown = placeNewVcpus({ ...vm, present: [0, 1, 2, 3] });
    expect(cpusOf(grown)).toEqual([
      [0, 1],
      [1, 11],
      [2, 3],
      [3, 13],
    ]);
    expect(grown.placement.exclusiveCpus).toEqual([1, 3, 11, 13]);
    expect(grown.placement.emulator).toEqual(vm.plan.placement.emulator);
  });

  it('gives back what vCPUs had that are unplugged again, but for those of the spec', () => {
    const vm = running(hotplug, notesMachine());
    const grown = placeNewVcpus({ ...vm, present: [0, 1, 2, 3] });
    const shrunk = placeNewVcpus({ ...vm, plan: { ...vm.plan, ...grown }, present: [0, 3] });
    expect(cpusOf(shrunk)).toEqual([
      [0, 1],
      [1, 11],
      [3, 12],
    ]);
    expect(shrunk.placement.exclusiveCpus).toEqual([1, 11, 12]);
  });

  it('lets one float where no CPU is free, and says so', () => {
    const vm = running(hotplug, plainMachine(3));
    const grown = placeNewVcpus({ ...vm, present: [0, 1, 2] });
    expect(cpusOf(grown).slice(0, 2)).toEqual(cpusOf(vm.plan));
    expect(grown.placement.relaxed.join()).not.toBe('');
    expect(grown.findings.filter(({ severity }) => severity === 'missing')).toEqual([]);
  });

  it('refuses one without a CPU of its own where vCPUs are real-time', () => {
    const vm = running(`${hotplug}placement: {scheduler: {policy: fifo}}\n`, plainMachine(3));
    expect(vm.plan.placement.scheduler).toEqual({ policy: 'fifo', priority: 1 });
    const grown = placeNewVcpus({ ...vm, present: [0, 1, 2] });
    expect(grown.findings.map(({ severity }) => severity)).toContain('missing');
  });
});
