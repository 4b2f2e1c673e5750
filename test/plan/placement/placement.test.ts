import { describe, expect, it } from 'vitest';
import type { Claim, HostFacts } from '../../../src/plan/facts.js';
import { planPlacement } from '../../../src/plan/placement/placement.js';
import { vmSpecSchema } from '../../../src/spec/schema.js';
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

interface Wish {
  readonly vcpus?: number;
  readonly cpu?: object;
  readonly placement?: object;
  readonly ioThreads?: number;
  readonly claims?: readonly Claim[];
}

function plan(host: HostFacts, { vcpus = 1, cpu = {}, placement = {}, ioThreads = 0, claims = [] }: Wish) {
  const spec = vmSpecSchema.parse({ name: 'x', cpu: { vcpus, ...cpu }, placement, ioThreads });
  const result = planPlacement({ spec, host, claims });
  return { ...result, cpus: result.placement.vcpus.map(({ cpu: pinned }) => pinned) };
}

const topology = (sockets: number, dies: number, cores: number, threads: number) => ({
  sockets,
  dies,
  cores,
  threads,
});
const claim = (vm: string, ...exclusiveCpus: number[]): Claim => ({ vm, exclusiveCpus });
const messages = (result: ReturnType<typeof plan>) =>
  result.findings.map(({ severity, message }) => `${severity}: ${message}`);

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

describe('none', () => {
  it('leaves every thread where the kernel puts it', () => {
    const result = plan(notesMachine(), { vcpus: 2, placement: { vcpus: 'none' }, ioThreads: 1 });
    expect(result.placement).toMatchObject({
      vcpus: [
        { vcpu: 0, cpu: null, cpus: [], node: null, core: null },
        { vcpu: 1, cpu: null, cpus: [], node: null, core: null },
      ],
      emulator: [],
      ioThreads: [[]],
      vhost: [],
      housekeeping: [],
      exclusiveCpus: [],
      relaxed: [],
    });
    expect(result.topology).toEqual(topology(1, 1, 2, 1));
  });

  it('still honours a reserve by name', () => {
    const result = plan(notesMachine(), { placement: { vcpus: 'none', reserve: '3,13' } });
    expect(result.placement).toMatchObject({ emulator: [3, 13], housekeeping: [3, 13] });
  });
});

describe('a list', () => {
  it('is a set, laid out core by core', () => {
    const result = plan(notesMachine(), { vcpus: 4, placement: { vcpus: '12,11,2,1' } });
    expect(result.cpus).toEqual([1, 11, 2, 12]);
    expect(result.topology).toEqual(topology(1, 1, 2, 2));
    expect(result.findings).toEqual([]);
    expect(result.placement).toMatchObject({ emulator: [0, 10], exclusiveCpus: [1, 2, 11, 12] });
  });

  it('mirrors nodes as sockets and warns of them', () => {
    const result = plan(amdMachine(), { vcpus: 4, placement: { vcpus: '4,36,20,52' } });
    expect(result.cpus).toEqual([4, 36, 20, 52]);
    expect(result.topology).toEqual(topology(2, 1, 1, 2));
    expect(messages(result)).toEqual([
      'warning: the vCPUs are spread over nodes 0 and 1: memory of the other node is slower',
    ]);
  });

  it('of another length than the vCPUs is an error', () => {
    const result = plan(notesMachine(), { vcpus: 3, placement: { vcpus: '1,11' } });
    expect(result.findings.slice(0, 1)).toEqual([
      {
        severity: 'missing',
        code: 'spec.placement',
        key: 'placement.vcpus',
        message: 'a list of 2 CPUs for 3 vCPUs: a list gives each vCPU one CPU',
        hint: 'List 3 CPUs, or set cpu.vcpus to 2.',
      },
    ]);
    expect(result.cpus).toEqual([1, 11, null]);
  });

  it('names CPUs that are not there, offline, not allowed or held, with the holder', () => {
    const host = hostFacts({ coresPerL3: 4, threads: 2, offline: [7], allowed: [0, 1, 2, 3, 4, 5] });
    const result = plan(host, {
      vcpus: 4,
      placement: { vcpus: '3,6,7,99', emulator: '3', reserve: '99', ioThreads: ['7'] },
      ioThreads: 1,
      claims: [claim('db', 3)],
    });
    expect(
      result.findings
        .filter(({ severity }) => severity === 'missing')
        .map(({ key, code, message }) => [key, code, message]),
    ).toEqual([
      ['placement.vcpus', 'host.cpu-missing', 'CPU 99 does not exist on this host'],
      ['placement.vcpus', 'host.cpu-offline', 'CPU 7 is offline'],
      [
        'placement.vcpus',
        'host.cpu-not-allowed',
        'CPU 6 is outside the cpuset that this process is confined to',
      ],
      ['placement.vcpus', 'host.cpu-held', 'CPU 3 is held by VM db'],
      ['placement.reserve', 'host.cpu-missing', 'CPU 99 does not exist on this host'],
      ['placement.emulator', 'host.cpu-held', 'CPU 3 is held by VM db'],
      ['placement.ioThreads.0', 'host.cpu-offline', 'CPU 7 is offline'],
    ]);
  });

  it('warns of halves of cores and of the first core', () => {
    const result = plan(notesMachine(), { vcpus: 2, placement: { vcpus: '0-1' } });
    expect(messages(result)).toEqual([
      'warning: CPUs 0-1 share their cores with CPUs 10-11, which the VM does not have: whatever runs there slows it down',
      'warning: CPU 0 is on the first core, which is better left to the host, and a vCPU is placed there',
    ]);
    expect(result.placement.housekeeping).toEqual([]);
    expect(result.topology).toEqual(topology(1, 1, 2, 1));
    expect(messages(plan(plainMachine(2), { vcpus: 2, placement: { vcpus: '0-1' } }))).toEqual([]);
  });

  it('warns of a CPU that is reserved by name', () => {
    const result = plan(notesMachine(), { vcpus: 2, placement: { vcpus: '5,15', reserve: '5,15' } });
    expect(messages(result)).toEqual([
      'warning: CPUs 5,15 are reserved for the host, and a vCPU is placed there',
    ]);
  });
});

describe('a map', () => {
  it('is literal, and a range in it floats', () => {
    const result = plan(notesMachine(), { vcpus: 3, placement: { vcpus: { 0: '11', 1: '1', 2: '2-3' } } });
    expect(result.placement.vcpus).toEqual([
      { vcpu: 0, cpu: 11, cpus: [11], node: 0, core: 1 },
      { vcpu: 1, cpu: 1, cpus: [1], node: 0, core: 1 },
      { vcpu: 2, cpu: null, cpus: [2, 3], node: 0, core: null },
    ]);
    expect(result.placement.exclusiveCpus).toEqual([1, 11]);
    expect(result.topology).toEqual(topology(1, 1, 3, 1));
  });

  it('names a vCPU that does not exist, CPUs that two share, and ranges of isolated CPUs', () => {
    const host = hostFacts({ coresPerL3: 4, isolated: [2, 3] });
    const result = plan(host, { vcpus: 3, placement: { vcpus: { 0: '1', 1: '1', 2: '2-3', 7: '1' } } });
    expect(messages(result)).toEqual([
      'missing: there is no vCPU 7: this VM has 3 vCPUs, counted from 0',
      'warning: vCPUs 0, 1 are all pinned to CPU 1: they take turns',
      'warning: vCPU 2: floating over isolated CPUs, where the kernel moves no thread: give each vCPU one CPU',
      'warning: vCPUs 0 and 1 share a host core, but the guest takes them for cores of their own: its scheduler will load them as if they were',
    ]);
  });

  it('warns of host siblings that the guest can not see', () => {
    const result = plan(notesMachine(), { vcpus: 4, placement: { vcpus: { 0: 1, 1: 2, 2: 11, 3: 12 } } });
    expect(result.topology).toEqual(topology(1, 1, 4, 1));
    expect(messages(result)[0]).toMatch(/^warning: vCPUs 0 and 2 share a host core/);
  });
});

describe('an explicit topology', () => {
  it('is taken as given', () => {
    const wish = { vcpus: 4, cpu: { topology: { cores: 2, threads: 2 } } };
    const result = plan(notesMachine(), wish);
    expect(result.topology).toEqual(topology(1, 1, 2, 2));
    expect(result.findings).toEqual([]);
  });

  it('draws a warning where its siblings are none on the host', () => {
    const result = plan(plainMachine(8), { vcpus: 4, cpu: { topology: { cores: 2, threads: 2 } } });
    expect(messages(result)).toEqual([
      'warning: the guest takes vCPUs 0 and 1 for siblings of one core, but they run on different host cores',
    ]);
  });

  it("draws a warning where the host's siblings are none in the guest", () => {
    const result = plan(notesMachine(), { vcpus: 4, cpu: { topology: { cores: 4 } } });
    expect(messages(result)[0]).toMatch(/^warning: vCPUs 0 and 1 share a host core/);
  });
});

describe('emulator, I/O threads and reserve', () => {
  it('are placed as the spec says', () => {
    const result = plan(notesMachine(), {
      vcpus: 2,
      placement: { emulator: '9,19', ioThreads: ['8', '18,8'], reserve: 'none' },
      ioThreads: 2,
    });
    expect(result.cpus).toEqual([0, 10]);
    expect(result.placement).toMatchObject({
      emulator: [9, 19],
      ioThreads: [[8], [8, 18]],
      housekeeping: [],
      relaxed: [],
    });
    expect(result.placement.vhost).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    const same = plan(notesMachine(), { placement: { ioThreads: '8', emulator: 'none' }, ioThreads: 2 });
    expect(same.placement).toMatchObject({ emulator: [], ioThreads: [[8], [8]] });
    const none = plan(notesMachine(), { placement: { ioThreads: 'none' }, ioThreads: 1 });
    expect(none.placement.ioThreads).toEqual([[]]);
  });

  it('want as many lists as there are I/O threads', () => {
    const result = plan(notesMachine(), { placement: { ioThreads: ['8'] }, ioThreads: 2 });
    expect(messages(result)).toEqual(['missing: 1 CPU list for 2 I/O threads: each I/O thread takes one']);
    expect(result.placement.ioThreads).toEqual([[8], []]);
  });

  it('prefer reserved CPUs on the node of the vCPUs', () => {
    const result = plan(amdMachine(), {
      vcpus: 8,
      placement: { reserve: '0,32,16,48', vcpus: '20-23,52-55' },
    });
    expect(result.placement).toMatchObject({ emulator: [16, 48], housekeeping: [0, 16, 32, 48] });
  });

  it('never take a reserve by name away', () => {
    const result = plan(plainMachine(2), { vcpus: 2, placement: { reserve: '0' } });
    expect(result.placement.vcpus.map(({ cpus }) => cpus)).toEqual([[1], [1]]);
    expect(result.placement.housekeeping).toEqual([0]);
  });

  it('claim nothing with exclusive: false', () => {
    expect(
      plan(notesMachine(), { vcpus: 2, placement: { exclusive: false } }).placement.exclusiveCpus,
    ).toEqual([]);
  });
});
