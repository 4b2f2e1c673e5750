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
import { claim, plan, topology } from './planned.js';

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
    expect(result.decisions[0]?.reason).toMatch(
      /^no CPU each: there are not enough whole free cores; the vCPUs float/,
    );
    expect(result.topology).toEqual(topology(1, 1, 24, 1));
    expect(result.placement.relaxed).toEqual([
      'the vCPUs float over CPUs 0-19: 24 vCPUs do not fit on the whole cores that are free',
      "the first core (CPUs 0,10) does not stay the host's: the vCPUs float over it too",
    ]);
  });

  it('floats beside other VMs, and over their CPUs only when nothing else is left', () => {
    const some = plan(notesMachine(), { vcpus: 8, claims: [claim('db', ...[1, 2, 3, 4, 5, 6, 7])] });
    expect(some.placement.vcpus[0]?.cpus).toEqual([0, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    const all = plan(plainMachine(2), { claims: [claim('db', 0, 1)] });
    expect(all.placement.vcpus[0]?.cpus).toEqual([0, 1]);
    expect(all.placement.relaxed).toEqual([
      "the first core (CPU 0) does not stay the host's: CPU 0 is held by VM db",
      'the vCPUs float over CPUs 0-1: 1 vCPU does not fit on the whole cores that are free',
      'the vCPUs share CPUs with other VMs: CPUs 0-1 are held by VM db',
      "QEMU's own threads share CPUs 0-1 with the vCPUs: no other CPU is free",
    ]);
  });

  it('leaves room for hot-plug flat', () => {
    const result = plan(notesMachine(), { vcpus: 4, cpu: { maxVcpus: 8 } });
    expect(result.topology).toEqual(topology(1, 1, 8, 1));
    expect(result.placement.vcpus).toHaveLength(4);
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
      'the vCPUs are spread over 2 L3 domains: in no node has one alone room for 16 vCPUs on whole free cores',
    ]);
    expect(plan(amdMachine(), { vcpus: 12 }).topology).toEqual(topology(1, 2, 3, 2));
  });

  it('takes more nodes only when one is not enough', () => {
    const result = plan(amdMachine(), { vcpus: 48 });
    expect(new Set(result.placement.vcpus.map(({ node }) => node))).toEqual(new Set([0, 1]));
    expect(result.topology).toEqual(topology(2, 3, 4, 2));
    expect(result.placement.relaxed).toEqual([
      'the vCPUs are spread over 6 L3 domains: in no node has one alone room for 48 vCPUs on whole free cores',
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

  it('never mixes performance and efficiency cores while that can be avoided', () => {
    const performance = plan(hybridMachine(), { vcpus: 8 });
    expect(performance.cpus).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    const efficiency = plan(hybridMachine(), { vcpus: 8, claims: [claim('db', 2, 3, 4, 5)] });
    expect(efficiency.cpus).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
    expect(efficiency.topology).toEqual(topology(1, 1, 8, 1));
    expect(efficiency.placement.reasons).toContain(
      'these are efficiency cores: there are not enough performance cores free',
    );
    expect(plan(hybridMachine(), { vcpus: 12 }).cpus).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const mixed = plan(hybridMachine(), { vcpus: 14 });
    expect(mixed.cpus).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(mixed.placement.relaxed).toContain(
      'performance and efficiency cores are mixed: neither kind alone has enough whole free cores',
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
          ' (free are CPUs 6-9,16-19, at most 8 CPUs of them with one L3 cache; missing are 2 CPUs; CPUs 1-3,11-13 are held by VM db; CPUs 4-5,14-15 are held by VM web)',
        hint: 'Stop a VM that holds CPUs, ask for fewer vCPUs, or write auto, which takes what comes nearest.',
      },
    ]);
  });
});
