import { describe, expect, it } from 'vitest';
import type { Claim, HostFacts } from '../../src/plan/facts.js';
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
    caches: [],
    present: planned.placement.vcpus.map(({ vcpu }) => vcpu),
  };
}

const cpusOf = ({ placement }: { placement: VmPlan['placement'] }) =>
  placement.vcpus.map(({ vcpu, cpu }) => [vcpu, cpu]);
const told = ({ findings }: { findings: VmPlan['findings'] }) =>
  findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);

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

  it('refuses caches that the VM has no share of', () => {
    const vm = running('name: a\ncpu: {vcpus: 2}\n', twoNodes());
    const group = { group: 'vm-a', vcpus: [0, 1], bandwidth: [] };
    const ways = [{ resource: 'L3', domain: 0, mask: 0xf0, ofDefault: null }];
    const caches = [
      { level: 3, id: 0, cpus: [0, 1, 2, 3, 8, 9, 10, 11] },
      { level: 3, id: 1, cpus: [4, 5, 6, 7, 12, 13, 14, 15] },
      { level: 2, id: 4, cpus: [4, 12] },
    ];
    const sharing = { ...vm, plan: { ...vm.plan, cacheGroups: [{ ...group, ways }] }, caches };
    expect(told(placeAnew(sharing, [2, 10]))).toEqual([]);
    expect(told(placeAnew(sharing, [4, 12]))).toContain(
      'missing host.resctrl: vCPUs come to cache 1 of L3, of which the VM has no share: shares are taken when it starts',
    );
  });
});

describe('placeNewVcpus', () => {
  const hotplug = 'name: a\ncpu: {vcpus: 2, maxVcpus: 4}\n';

  it('changes nothing where all are known', () => {
    const vm = running(hotplug, notesMachine());
    expect(placeNewVcpus(vm)).toEqual({ placement: vm.plan.placement, cacheGroups: [], findings: [] });
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
