import { describe, expect, it } from 'vitest';
import {
  amdMachine,
  cpu0Offline,
  hostFacts,
  hybridMachine,
  notesMachine,
  offlineSiblings,
  plainMachine,
  subNumaMachine,
  unknownMachine,
} from '../../support/hosts.js';
import { claim, decisionOn, plan, topology } from './planned.js';

describe('auto on the machine of the notes', () => {
  it('gives 8 vCPUs four whole cores after the first, siblings adjacent, mirrored in the guest', () => {
    const result = plan(notesMachine(), { vcpus: 8, ioThreads: 2 });
    expect(result.cpus).toEqual([1, 11, 2, 12, 3, 13, 4, 14]);
    expect(result.topology).toEqual(topology(1, 1, 4, 2));
    expect(result.placement).toMatchObject({
      emulator: [0, 10],
      ioThreads: [
        [0, 10],
        [0, 10],
      ],
      vhost: [0, 10],
      housekeeping: [0, 10],
      exclusiveCpus: [1, 2, 3, 4, 11, 12, 13, 14],
      relaxed: [],
      reasons: [
        '4 whole free cores in node 0 with one L3 cache, siblings next to each other',
        "QEMU's own threads: the reserved CPUs, away from the vCPUs",
      ],
    });
    expect(result.placement.vcpus[1]).toEqual({ vcpu: 1, cpu: 11, cpus: [11], node: 0, core: 1 });
    expect(result.findings).toEqual([]);
    expect(result.decisions).toEqual([
      {
        key: 'placement.vcpus',
        value: '0:1 1:11 2:2 3:12 4:3 5:13 6:4 7:14',
        reason: '4 whole free cores in node 0 with one L3 cache, siblings next to each other',
      },
      {
        key: 'placement.reserve',
        value: '0,10',
        reason: "the first core with its siblings stays the host's",
      },
      { key: 'placement.emulator', value: '0,10', reason: 'the reserved CPUs, away from the vCPUs' },
      { key: 'placement.ioThreads', value: '0,10 | 0,10', reason: 'the reserved CPUs, away from the vCPUs' },
      {
        key: 'cpu.topology',
        value: 'sockets=1 dies=1 cores=4 threads=2',
        reason: 'mirrors the host CPUs that the VM gets',
      },
    ]);
  });

  it('passes over what other VMs hold, also over the other half of their cores', () => {
    const result = plan(notesMachine(), { vcpus: 4, claims: [claim('db', 1, 12)] });
    expect(result.cpus).toEqual([3, 13, 4, 14]);
  });

  it('gives a count that is no multiple of the siblings one core a vCPU', () => {
    const result = plan(notesMachine(), { vcpus: 3 });
    expect(result.cpus).toEqual([1, 2, 3]);
    expect(result.topology).toEqual(topology(1, 1, 3, 1));
    expect(result.placement.relaxed).toEqual([]);
    expect(result.placement.reasons[0]).toContain(
      'one a vCPU, since 3 is no multiple of the 2 CPUs of a core',
    );
  });

  it('packs an odd count that has not as many cores, and says so', () => {
    const result = plan(notesMachine(), { vcpus: 11 });
    expect(result.cpus).toEqual([1, 11, 2, 12, 3, 13, 4, 14, 5, 15, 6]);
    expect(result.topology).toEqual(topology(1, 1, 11, 1));
    expect(result.placement.relaxed).toEqual([
      'vCPUs share cores and the guest does not see which: 11 vCPUs fit on 6 cores only unevenly',
    ]);
  });

  it('takes the first core too when all others are not enough', () => {
    const result = plan(notesMachine(), { vcpus: 20 });
    expect(new Set(result.cpus)).toEqual(new Set(Array.from({ length: 20 }, (_, cpu) => cpu)));
    expect(result.topology).toEqual(topology(1, 1, 10, 2));
    expect(result.placement.housekeeping).toEqual([]);
    expect(result.placement.relaxed).toEqual([
      "the first core (CPUs 0,10) does not stay the host's: without it there are not enough whole free cores",
      "QEMU's own threads share CPUs 0-19 with the vCPUs: no other CPU is free",
    ]);
  });

  it('floats over what is allowed when there are more vCPUs than CPUs', () => {
    const result = plan(notesMachine(), { vcpus: 24 });
    const all = Array.from({ length: 20 }, (_, cpu) => cpu);
    expect(result.placement.vcpus[23]).toEqual({ vcpu: 23, cpu: null, cpus: all, node: 0, core: null });
    expect(result.placement.exclusiveCpus).toEqual([]);
    expect(decisionOn(result, 'placement.vcpus')?.reason).toBe('no CPU each: there are not enough free CPUs');
    expect(result.topology).toEqual(topology(1, 1, 24, 1));
    expect(result.placement.relaxed).toEqual([
      'the vCPUs float over CPUs 0-19: 24 vCPUs do not fit on the CPUs that are free',
      "the first core (CPUs 0,10) does not stay the host's: the vCPUs float over it too",
      'placement.exclusive is lost: vCPUs that float hold no CPU, so other VMs may be given the same',
      "QEMU's own threads share CPUs 0-19 with the vCPUs: no other CPU is free",
    ]);
    const shared = plan(notesMachine(), { vcpus: 24, placement: { exclusive: false } });
    expect(shared.placement.relaxed.join()).not.toContain('exclusive');
  });

  it('floats beside other VMs, and over their CPUs only when nothing else is left', () => {
    const claims = [claim('db', ...[1, 2, 3, 4, 5, 6, 7])];
    const some = plan(notesMachine(), { vcpus: 14, claims });
    expect(some.placement.vcpus[0]?.cpus).toEqual([0, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    const all = plan(plainMachine(2), { claims: [claim('db', 0, 1)] });
    expect(all.placement.vcpus[0]?.cpus).toEqual([0, 1]);
    expect(all.placement.relaxed).toEqual([
      "the first core (CPU 0) does not stay the host's: CPU 0 is held by VM db",
      'the vCPUs float over CPUs 0-1: 1 vCPU does not fit on the CPUs that are free',
      'the vCPUs share CPUs with other VMs: CPUs 0-1 are held by VM db',
      'placement.exclusive is lost: vCPUs that float hold no CPU, so other VMs may be given the same',
      "QEMU's own threads share CPUs 0-1 with the vCPUs: no other CPU is free",
    ]);
    const one = plan(plainMachine(1), { vcpus: 2, placement: { reserve: '0' } });
    expect(one.placement.relaxed).toContain("CPU 0 does not stay the host's: no other CPU is free");
  });

  it('takes single free CPUs of cores that others share before the reserved ones, and before it floats', () => {
    const host = hostFacts({ coresPerL3: 4, threads: 2 });
    const claims = [claim('db', 1, 2, 3)];
    const one = plan(host, { claims });
    expect(one.cpus).toEqual([5]);
    expect(one.placement).toMatchObject({
      housekeeping: [0, 4],
      exclusiveCpus: [5],
      relaxed: ['vCPUs share cores with other VMs: CPU 1 is held by VM db'],
      reasons: [
        '1 core in node 0 with one L3 cache, one a vCPU, since there are not enough whole free cores',
        "QEMU's own threads: the reserved CPUs, away from the vCPUs",
      ],
    });
    const four = plan(host, { vcpus: 4, claims });
    expect(four).toMatchObject({ cpus: [0, 5, 6, 7], topology: topology(1, 1, 4, 1) });
    const five = plan(host, { vcpus: 5, claims });
    expect(five).toMatchObject({ cpus: [0, 4, 5, 6, 7], topology: topology(1, 1, 5, 1) });
    expect(five.placement.relaxed).toEqual([
      "the first core (CPUs 0,4) does not stay the host's: without it there are not enough whole free cores",
      'vCPUs share cores with other VMs: CPUs 1-3 are held by VM db',
      'vCPUs share cores and the guest does not see which: 5 vCPUs fit on 4 cores only unevenly',
      "QEMU's own threads share CPUs 0,4-7 with the vCPUs: no other CPU is free",
    ]);
    expect(plan(host, { vcpus: 6, claims }).cpus).toEqual([null, null, null, null, null, null]);
  });

  it('takes whole cores first among them, and none of them while whole cores have CPUs enough', () => {
    const seven = [claim('db', ...[1, 2, 3, 4, 5, 6, 7])];
    expect(plan(notesMachine(), { vcpus: 8, claims: seven }).cpus).toEqual([11, 12, 13, 14, 15, 16, 8, 9]);
    const three = [claim('db', 1, 2, 3)];
    expect(plan(notesMachine(), { vcpus: 9, claims: three }).cpus).toEqual([4, 14, 5, 15, 6, 16, 7, 17, 8]);
  });

  it('names the host as a neighbour where half a core is reserved', () => {
    const host = hostFacts({ coresPerL3: 2, threads: 2 });
    const result = plan(host, { vcpus: 3, placement: { reserve: '0' } });
    expect(result.cpus).toEqual([2, 1, 3]);
    expect(result.placement.relaxed).toEqual([
      'vCPUs share cores with the host: CPU 0 is reserved',
      'vCPUs share cores and the guest does not see which: 3 vCPUs fit on 2 cores only unevenly',
    ]);
  });

  it('takes what our cpuset has of a core for a whole core', () => {
    const host = hostFacts({ coresPerL3: 8, threads: 2, allowed: [0, 1, 2, 3, 4, 5, 6, 7] });
    const result = plan(host, { vcpus: 4 });
    expect(result).toMatchObject({ cpus: [1, 2, 3, 4], topology: topology(1, 1, 4, 1) });
    expect(result.placement).toMatchObject({ housekeeping: [0], exclusiveCpus: [1, 2, 3, 4], relaxed: [] });
    const beside = plan(host, { vcpus: 4, claims: [claim('db', 9, 10, 11, 12)] });
    expect(beside.placement.relaxed).toEqual(['vCPUs share cores with other VMs: CPU 9 is held by VM db']);
    const uneven = plan(hostFacts({ coresPerL3: 8, threads: 2, allowed: [0, 1, 2, 3, 4, 5, 6, 7, 8] }), {
      vcpus: 4,
    });
    expect(uneven).toMatchObject({ cpus: [1, 2, 3, 4], placement: { housekeeping: [0, 8], relaxed: [] } });
    expect(uneven.placement.reasons[0]).toContain('one a vCPU, since there are not enough with 2 CPUs');
  });

  it('shows siblings with room for hot-plug too, if that comes to whole cores', () => {
    const result = plan(notesMachine(), { vcpus: 8, cpu: { maxVcpus: 16 } });
    expect(result).toMatchObject({
      cpus: [1, 11, 2, 12, 3, 13, 4, 14],
      topology: topology(1, 1, 8, 2),
      findings: [],
    });
    expect(decisionOn(result, 'cpu.topology')?.reason).toBe(
      'room for hot-plug in one socket, siblings as on the host',
    );
  });

  it('gives each vCPU a core where room for hot-plug comes to no whole cores', () => {
    const result = plan(notesMachine(), { vcpus: 8, cpu: { maxVcpus: 15 } });
    expect(result).toMatchObject({ cpus: [1, 2, 3, 4, 5, 6, 7, 8], topology: topology(1, 1, 15, 1) });
    expect(result.placement.relaxed).toEqual([]);
    expect(result.placement.reasons[0]).toContain('since cpu.maxVcpus, 15, is no multiple of the 2 CPUs');
    expect(decisionOn(result, 'cpu.topology')?.reason).toBe('room for hot-plug: every vCPU is a core');
    expect(plan(notesMachine(), { vcpus: 12, cpu: { maxVcpus: 15 } }).placement.relaxed).toEqual([
      'vCPUs share cores and the guest does not see which: 12 vCPUs fit on 6 cores, but cpu.maxVcpus, 15, is no multiple of 2',
    ]);
  });

  it('puts isolated CPUs first and keeps floating threads away from them', () => {
    const host = hostFacts({ coresPerL3: 10, threads: 2, isolated: [5, 15, 6, 16, 7, 17] });
    const result = plan(host, { vcpus: 4 });
    expect(result.cpus).toEqual([5, 15, 6, 16]);
    expect(result.placement.reasons[1]).toBe(
      "2 of 2 cores are isolated from the kernel's scheduler, which go first",
    );
    expect(plan(host, { vcpus: 8 }).cpus).toEqual([1, 11, 5, 15, 6, 16, 7, 17]);
    expect(plan(host, { placement: { reserve: 'none', vcpus: '1' } }).placement.emulator).not.toContain(5);
  });

  it("stays inside our cpuset, whose first core is then the host's", () => {
    const host = hostFacts({ coresPerL3: 10, threads: 2, allowed: [4, 14, 5, 15, 6, 16, 7] });
    const result = plan(host, { vcpus: 4 });
    expect(result.cpus).toEqual([5, 15, 6, 16]);
    expect(result.placement.housekeeping).toEqual([4, 14]);
  });
});

describe('auto on other machines', () => {
  it('takes both cores of a 2-CPU machine for 2 vCPUs, and tells', () => {
    const result = plan(plainMachine(2), { vcpus: 2 });
    expect(result.cpus).toEqual([0, 1]);
    expect(result.topology).toEqual(topology(1, 1, 2, 1));
    expect(result.placement.emulator).toEqual([0, 1]);
    expect(result.placement.relaxed).toHaveLength(2);
    expect(plan(plainMachine(2), { vcpus: 1 })).toMatchObject({
      cpus: [1],
      placement: { emulator: [0], housekeeping: [0], relaxed: [] },
    });
  });

  it('fills part of a core with many siblings where there is no other, and tells', () => {
    const result = plan(hostFacts({ coresPerL3: 1, threads: 4 }), {
      vcpus: 2,
      placement: { reserve: 'none' },
    });
    expect(result).toMatchObject({ cpus: [0, 1], topology: topology(1, 1, 1, 2) });
    expect(result.placement.relaxed).toEqual([
      'vCPUs share cores, which the guest sees: 2 vCPUs fit on 1 core',
    ]);
  });

  it('takes performance cores first also where efficiency cores would leave a smaller gap', () => {
    // Two of each kind are free beside the host's core, and two vCPUs fill the efficient ones exactly.
    const host = hostFacts({ coresPerL3: 4, efficiencyCores: 2 });
    const result = plan(host, { vcpus: 2 });
    expect(result.cpus).toEqual([1, 2]);
  });

  it('passes over cores with too few siblings inside a domain', () => {
    const host = hostFacts({ coresPerL3: 6, threads: 2, offline: [7, 9] });
    const result = plan(host, { vcpus: 6 });
    expect(result.cpus).toEqual([2, 8, 4, 10, 5, 11]);
    expect(result.placement.reasons[0]).toBe(
      '3 whole free cores in node 0 with one L3 cache, siblings next to each other',
    );
  });

  it('takes the larger of nodes that are equally near', () => {
    // Of six nodes with four cores each, 1, 2 and 3 are cut to two; 4 and 5 are on one socket.
    const allowed = [0, 1, 2, 3, 4, 5, 8, 9, 12, 13, 16, 17, 18, 19, 20, 21, 22, 23];
    const host = hostFacts({ sockets: 2, nodesPerSocket: 3, coresPerL3: 4, allowed });
    const result = plan(host, { vcpus: 8, placement: { reserve: 'none' } });
    expect(result.cpus).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
  });

  it('takes the only CPU there is', () => {
    const result = plan(plainMachine(1), {});
    expect(result.cpus).toEqual([0]);
    expect(result.placement.relaxed).toEqual([
      "the first core (CPU 0) does not stay the host's: without it there are not enough whole free cores",
      "QEMU's own threads share CPU 0 with the vCPUs: no other CPU is free",
    ]);
  });

  it('stays in one L3 domain if it fits, in the one that it fills best', () => {
    const result = plan(amdMachine(), { vcpus: 6 });
    // The first domain has three cores left beside the host's.
    expect(result.cpus).toEqual([1, 33, 2, 34, 3, 35]);
    expect(plan(amdMachine(), { vcpus: 8 }).cpus).toEqual([4, 36, 5, 37, 6, 38, 7, 39]);
    expect(result.placement.relaxed).toEqual([]);
  });

  it('takes as few L3 domains as it can, shows them to the guest as dies, and tells', () => {
    const result = plan(amdMachine(), { vcpus: 16 });
    expect(result.cpus.slice(0, 2)).toEqual([4, 36]);
    expect(result.topology).toEqual(topology(1, 2, 4, 2));
    expect(result.placement.relaxed).toEqual([
      'the vCPUs are spread over 2 L3 domains: no L3 domain alone has room for 16 vCPUs on whole free cores',
    ]);
    expect(plan(amdMachine(), { vcpus: 12 }).topology).toEqual(topology(1, 2, 3, 2));
  });

  it('takes more nodes only when one is not enough', () => {
    const result = plan(amdMachine(), { vcpus: 48 });
    expect(new Set(result.placement.vcpus.map(({ node }) => node))).toEqual(new Set([0, 1]));
    expect(result.topology).toEqual(topology(2, 3, 4, 2));
    expect(result.placement.relaxed).toEqual([
      'the vCPUs are spread over 6 L3 domains: no L3 domain alone has room for 48 vCPUs on whole free cores',
      'the vCPUs are spread over nodes 0 and 1: no node alone has room for 48 vCPUs on whole free cores',
    ]);
    expect(plan(amdMachine(), { vcpus: 32 }).placement.vcpus.map(({ node }) => node)).not.toContain(0);
  });

  it('prefers nodes that are near each other', () => {
    const result = plan(subNumaMachine(), { vcpus: 20 });
    expect(new Set(result.placement.vcpus.map(({ node }) => node))).toEqual(new Set([2, 3]));
    expect(result.topology).toEqual(topology(2, 1, 5, 2));
    expect(result.placement.relaxed).toHaveLength(1);
  });

  it('prefers nodes that share an L3 domain where they are equally far', () => {
    const host = hostFacts({ sockets: 2, nodesPerSocket: 2, coresPerL3: 2, threads: 2, l3PerSocket: true });
    const flat = host.nodes.map(({ node }) => host.nodes.map((other) => (other.node === node ? 10 : 20)));
    const nodes = host.nodes.map((node, index) => ({ ...node, distances: flat[index] ?? [] }));
    const result = plan({ ...host, nodes }, { vcpus: 8 });
    expect(result.cpus).toEqual([4, 12, 5, 13, 6, 14, 7, 15]);
    expect(result.placement.relaxed).toEqual([
      'the vCPUs are spread over nodes 2 and 3: no node alone has room for 8 vCPUs on whole free cores',
    ]);
  });

  it('takes of L3 domains that fit the one where least is left over, also where it comes late', () => {
    const claims = [claim('db', 8, 40, 9, 41)];
    expect(plan(amdMachine(), { vcpus: 4, claims }).cpus).toEqual([10, 42, 11, 43]);
    expect(plan(amdMachine(), { vcpus: 3, claims }).cpus).toEqual([1, 2, 3]);
  });

  it('keeps a VM in one cluster of cores, and fills clusters before it opens others', () => {
    const host = hybridMachine();
    const performance = claim('p', ...Array.from({ length: 12 }, (_, cpu) => cpu));
    const onEfficiency = (vcpus: number, ...taken: number[]) =>
      plan(host, { vcpus, claims: [performance, claim('e', ...taken)] }).cpus;
    expect(onEfficiency(4, 12, 13)).toEqual([16, 17, 18, 19]);
    expect(onEfficiency(2, 12, 13)).toEqual([14, 15]);
    const named = {
      ...host,
      cpus: host.cpus.map((cpu) => ({
        ...cpu,
        l2: cpu.siblings,
        cluster: cpu.cpu < 12 ? null : (cpu.cpu - 12) >> 2,
      })),
    };
    expect(plan(named, { vcpus: 4, claims: [performance, claim('e', 12, 13)] }).cpus).toEqual([
      16, 17, 18, 19,
    ]);
  });

  it('gives a single vCPU a core whose sibling is offline, before it leaves one idle', () => {
    expect(plan(offlineSiblings(), { vcpus: 1 }).cpus).toEqual([1]);
    expect(plan(hostFacts({ coresPerL3: 4, threads: 2, offline: [7] }), { vcpus: 1 }).cpus).toEqual([3]);
  });

  it('speaks of no L3 cache where none is known', () => {
    const host = hostFacts({ sockets: 2, coresPerL3: 4 });
    const unknown = { ...host, cpus: host.cpus.map((cpu) => ({ ...cpu, l3: [], l3Bytes: null })) };
    const { placement } = plan(unknown, { vcpus: 2 });
    expect(placement.reasons[0]).toBe('2 whole free cores in node 0');
    expect(plan(unknown, { vcpus: 6 }).placement.relaxed[0]).toBe(
      'the vCPUs are spread over 2 dies: no die alone has room for 6 vCPUs on whole free cores',
    );
    const [strict] = plan(unknown, { vcpus: 6, placement: { vcpus: 'strict' } }).findings;
    expect(strict?.message).toContain('at most 4 CPUs on one die');
  });

  it('never mixes performance and efficiency cores', () => {
    const performance = plan(hybridMachine(), { vcpus: 8 });
    expect(performance.cpus).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    const efficiency = plan(hybridMachine(), { vcpus: 8, claims: [claim('db', 2, 3, 4, 5)] });
    expect(efficiency.cpus).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
    expect(efficiency.topology).toEqual(topology(1, 1, 8, 1));
    expect(efficiency.placement.reasons).toContain(
      'these are efficiency cores: there are not enough performance cores free',
    );
    expect(plan(hybridMachine(), { vcpus: 12 }).cpus).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const floating = plan(hybridMachine(), { vcpus: 14 });
    expect(new Set(floating.cpus)).toEqual(new Set([null]));
    expect(floating.placement.relaxed[0]).toBe(
      'the vCPUs float over CPUs 0-19: 14 vCPUs do not fit on free CPUs of one kind (12 performance, 8 efficiency), and only placement.vcpus with CPUs by number mixes them',
    );
  });

  it('counts a core whose sibling is offline as whole, but not as a pair', () => {
    expect(plan(offlineSiblings(), { vcpus: 2 }).cpus).toEqual([2, 6]);
    const three = plan(offlineSiblings(), { vcpus: 3 });
    expect(three.cpus).toEqual([1, 2, 3]);
    expect(three.placement.relaxed).toEqual([]);
    const four = plan(offlineSiblings(), { vcpus: 4 });
    expect(four.cpus).toEqual([0, 4, 2, 6]);
  });

  it('leaves the first core to the host also when CPU 0 is offline', () => {
    const result = plan(cpu0Offline(), { vcpus: 4 });
    expect(result.placement.housekeeping).toEqual([1, 5]);
    expect(result.cpus).toEqual([2, 6, 3, 7]);
  });

  it('floats wherever the kernel likes on a host of which nothing is known', () => {
    const result = plan(unknownMachine(), { vcpus: 2 });
    expect(result.placement.vcpus.map(({ cpus }) => cpus)).toEqual([[], []]);
    expect(result.placement.emulator).toEqual([]);
    expect(result.placement.relaxed).toEqual([
      'the vCPUs float wherever the kernel puts them: the CPUs of this host are unknown',
      'placement.exclusive is lost: vCPUs that float hold no CPU, so other VMs may be given the same',
    ]);
    expect(plan(unknownMachine(), { vcpus: 2, placement: { vcpus: '1-2' } })).toMatchObject({
      cpus: [1, 2],
      findings: [],
    });
  });
});

describe('strict', () => {
  it('is auto where the best there is fits', () => {
    const result = plan(notesMachine(), { vcpus: 8, placement: { vcpus: 'strict' } });
    expect(result.cpus).toEqual([1, 11, 2, 12, 3, 13, 4, 14]);
    expect(result.findings).toEqual([]);
  });

  it('says what was free, what was missing, and which VM holds it', () => {
    const claims = [claim('db', 1, 11, 2, 12, 3, 13), claim('web', 4, 14, 5, 15)];
    const result = plan(notesMachine(), { vcpus: 10, placement: { vcpus: 'strict' }, claims });
    expect(result.findings).toEqual([
      {
        severity: 'missing',
        code: 'host.placement',
        key: 'placement.vcpus',
        message:
          "strict placement of 10 vCPUs is not possible: the first core (CPUs 0,10) does not stay the host's: without it there are not enough whole free cores" +
          ' (whole cores are free on CPUs 6-9,16-19, at most 8 CPUs with one L3 cache; 2 CPUs are missing; CPUs 1-3,11-13 are held by VM db; CPUs 4-5,14-15 are held by VM web)',
        hint: 'Stop a VM that holds CPUs, ask for fewer vCPUs, or write auto, which takes what comes nearest.',
      },
    ]);
  });

  it("fails where QEMU's own threads, left to auto, have no CPU but those of the vCPUs", () => {
    const wish = { vcpus: 2, placement: { vcpus: 'strict', reserve: 'none' } };
    expect(plan(plainMachine(2), wish).findings).toEqual([
      {
        severity: 'missing',
        code: 'host.placement',
        key: 'placement.emulator',
        message:
          "strict placement is not possible: QEMU's own threads share CPUs 0-1 with the vCPUs: no other CPU is free",
        hint: 'Name CPUs in placement.emulator, keep some for the host with placement.reserve, or ask for fewer vCPUs; placement.emulator: none leaves it to the kernel.',
      },
    ]);
    expect(plan(plainMachine(3), wish).findings).toEqual([]);
    const ioThreads = { ...wish, ioThreads: 1, placement: { ...wish.placement, emulator: 'none' } };
    expect(plan(plainMachine(2), ioThreads).findings).toEqual([]);
    const severities = (emulator: string) =>
      plan(plainMachine(2), { ...wish, placement: { ...wish.placement, emulator } }).findings.map(
        ({ severity }) => severity,
      );
    expect(severities('none')).toEqual([]);
    expect(severities('0')).toEqual(['warning']);
  });
});
