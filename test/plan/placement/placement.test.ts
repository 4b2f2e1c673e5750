import { describe, expect, it } from 'vitest';
import { amdMachine, hostFacts, notesMachine, plainMachine } from '../../support/hosts.js';
import { claim, decisionOn, messages, plan, topology } from './planned.js';

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

  it('of another length than the vCPUs is no crash: the spec refuses it', () => {
    expect(plan(notesMachine(), { vcpus: 3, placement: { vcpus: '1,11' } }).cpus).toEqual([1, 11, null]);
    expect(plan(notesMachine(), { vcpus: 1, placement: { vcpus: '1,11' } }).cpus).toEqual([1]);
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
    expect(messages(plan(notesMachine(), { placement: { vcpus: '2' } }))).toEqual([
      'warning: CPU 2 shares its core with CPU 12, which the VM does not have: whatever runs there slows it down',
    ]);
    expect(result.placement.housekeeping).toEqual([]);
    expect(result.topology).toEqual(topology(1, 1, 2, 1));
    expect(messages(plan(plainMachine(2), { vcpus: 2, placement: { vcpus: '0-1' } }))).toEqual([]);
  });

  it('warns of neighbours outside our cpuset too', () => {
    const host = hostFacts({ coresPerL3: 4, threads: 2, allowed: [0, 1, 2, 3] });
    expect(messages(plan(host, { placement: { vcpus: '2' } }))).toEqual([
      'warning: CPU 2 shares its core with CPU 6, which the VM does not have: whatever runs there slows it down',
    ]);
  });

  it('is mirrored only as far as it is regular', () => {
    // Two dies and back to the first: runs of one length, but a die that comes twice is none.
    const placement = { vcpus: { 0: '4', 1: '8', 2: '5', 3: '9' } };
    expect(plan(amdMachine(), { vcpus: 4, placement }).topology).toEqual(topology(1, 1, 4, 1));
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

  it('names CPUs that two share, and ranges of isolated CPUs', () => {
    const host = hostFacts({ coresPerL3: 4, isolated: [2, 3] });
    const result = plan(host, { vcpus: 3, placement: { vcpus: { 0: '1', 1: '1', 2: '2-3' } } });
    expect(messages(result)).toEqual([
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

  it('decides how many siblings are used, as far as the host has them', () => {
    const single = plan(notesMachine(), { vcpus: 4, cpu: { topology: { cores: 4 } } });
    expect(single).toMatchObject({ cpus: [1, 2, 3, 4], findings: [] });
    expect(single.placement.reasons[0]).toBe(
      '4 whole free cores in node 0 with one L3 cache, one a vCPU, since cpu.topology has 1 thread a core',
    );
    const room = { maxVcpus: 4, topology: { cores: 2, threads: 2 } };
    expect(plan(notesMachine(), { vcpus: 3, cpu: room })).toMatchObject({ cpus: [1, 11, 2], findings: [] });
    const many = plan(notesMachine(), { vcpus: 4, cpu: { topology: { threads: 4 } } });
    expect(many.cpus).toEqual([1, 11, 2, 12]);
    expect(many.findings.map(({ message, hint }) => [message, hint])).toEqual([
      [
        'the guest takes vCPUs 0 and 2 for siblings of one core, but they run on different host cores',
        'Set cpu.topology to auto, or its threads to 2.',
      ],
    ]);
  });

  it("draws a warning where the host's siblings are none in the guest", () => {
    const result = plan(notesMachine(), { vcpus: 12, cpu: { topology: { cores: 12 } } });
    expect(messages(result)[0]).toMatch(/^warning: vCPUs 0 and 1 share a host core/);
    expect(result.placement.relaxed).toEqual([
      'the guest does not see which vCPUs share cores: 12 vCPUs fit on 6 cores, but cpu.topology has 1 thread a core',
    ]);
  });

  it('never has vCPUs on cores of their own for the siblings that it wants', () => {
    // One pair and three single CPUs: two pairs are not there.
    const host = hostFacts({ coresPerL3: 5, threads: 2, offline: [6, 7, 8] });
    const wish = { vcpus: 4, placement: { reserve: '0' } };
    expect(plan(host, wish).cpus).toEqual([1, 2, 3, 4]);
    const paired = plan(host, { ...wish, cpu: { topology: { cores: 2, threads: 2 } } });
    expect(paired.placement.relaxed).toEqual([
      'the guest does not see which vCPUs share cores: 4 vCPUs fit on 4 cores, but cpu.topology has 2 threads a core',
    ]);
  });
});

describe('what to do about siblings', () => {
  const hintOf = (wish: Parameters<typeof plan>[1], host = notesMachine()) =>
    plan(host, wish).findings.find(({ key }) => key === 'cpu.topology')?.hint;
  const byHand = { topology: { cores: 2, threads: 2 } };

  it.each([
    [
      'an odd list',
      { vcpus: 3, placement: { vcpus: '1,2,11' } },
      'List one CPU of each core, or all CPUs of each.',
    ],
    [
      'a list with a maxVcpus that has no siblings',
      { vcpus: 4, cpu: { maxVcpus: 5 }, placement: { vcpus: '1-2,11-12' } },
      'Give each vCPU a core of its own, or each core 2 vCPUs and make cpu.maxVcpus a multiple of 2.',
    ],
    [
      'a list with a topology',
      { vcpus: 2, cpu: { topology: { cores: 2 } }, placement: { vcpus: '1,11' } },
      'List one CPU of each core, or all CPUs of each, and set cpu.topology to auto or its threads to 2.',
    ],
    [
      'a list apart',
      { vcpus: 4, cpu: byHand, placement: { vcpus: '1-4' } },
      'List all CPUs of each core, or set cpu.topology to auto, or its threads to 2.',
    ],
    [
      'a map',
      { vcpus: 4, placement: { vcpus: { 0: '1', 1: '2', 2: '11', 3: '12' } } },
      'Give each vCPU a core of its own, or number them core by core, 2 on each.',
    ],
    [
      'a map apart',
      { vcpus: 4, cpu: byHand, placement: { vcpus: { 0: '1', 1: '2', 2: '11', 3: '12' } } },
      'Number the vCPUs core by core with siblings next to each other, or set cpu.topology to auto, or its threads to 2.',
    ],
    [
      'auto with a topology',
      { vcpus: 12, cpu: { topology: { cores: 12 } } },
      'Set cpu.topology to auto, ask for fewer vCPUs, or stop a VM that holds CPUs.',
    ],
    ['a list that fits', { vcpus: 4, cpu: { maxVcpus: 8 }, placement: { vcpus: '1-2,11-12' } }, undefined],
  ])('fits %s', (_what, wish, hint) => {
    expect(hintOf(wish)).toBe(hint);
  });
});

describe('a CPU model that can not show siblings', () => {
  const hidden =
    "siblings are shown as cores: without KVM the guest's CPU model can't show that they are siblings";

  it('shows cores instead, on the same CPUs, and says why', () => {
    const result = plan(amdMachine(), { vcpus: 16, smtVisible: false });
    expect(result.cpus).toEqual(plan(amdMachine(), { vcpus: 16 }).cpus);
    expect(decisionOn(result, 'cpu.topology')).toEqual({
      key: 'cpu.topology',
      value: 'sockets=1 dies=2 cores=8 threads=1',
      reason: hidden,
    });
    expect(result.findings).toEqual([]);
  });

  it('draws no warning for a list, and leaves a topology by hand alone', () => {
    const list = plan(notesMachine(), { vcpus: 4, placement: { vcpus: '1-2,11-12' }, smtVisible: false });
    expect(list).toMatchObject({ topology: topology(1, 1, 4, 1), findings: [] });
    const cpu = { topology: { cores: 2, threads: 2 } };
    const byHand = plan(notesMachine(), { vcpus: 4, cpu, smtVisible: false });
    expect(byHand.topology).toEqual(topology(1, 1, 2, 2));
    expect(decisionOn(byHand, 'cpu.topology')?.reason).toBe('as the spec says');
  });

  it('matters only where there are siblings', () => {
    const result = plan(plainMachine(4), { vcpus: 2, smtVisible: false });
    expect(decisionOn(result, 'cpu.topology')?.reason).toBe('mirrors the host CPUs that the VM gets');
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

  it('crash on no list for want of I/O threads: the spec refuses it', () => {
    const result = plan(notesMachine(), { placement: { ioThreads: ['8'] }, ioThreads: 2 });
    expect(result.placement.ioThreads).toEqual([[8], []]);
  });

  it('keep away from what vCPUs float over, or say that they do not', () => {
    const some = plan(notesMachine(), { vcpus: 1, placement: { reserve: 'none', vcpus: { 0: '0-17' } } });
    expect(some.placement).toMatchObject({ emulator: [18, 19], relaxed: [] });
    const all = plan(notesMachine(), { vcpus: 1, placement: { reserve: 'none', vcpus: { 0: '0-19' } } });
    expect(all.placement.relaxed).toEqual([
      "QEMU's own threads share CPUs 0-19 with the vCPUs: no other CPU is free",
    ]);
    expect(decisionOn(all, 'placement.emulator')?.reason).toBe(
      'no CPU is reserved, and vCPUs have every CPU that is free',
    );
  });

  it('give up nothing where the spec places them itself', () => {
    const relaxed = (placement: object, ioThreads = 0) =>
      plan(plainMachine(2), { vcpus: 2, placement: { reserve: 'none', ...placement }, ioThreads }).placement
        .relaxed;
    expect(relaxed({ emulator: 'none' })).toEqual([]);
    expect(relaxed({ emulator: 'none', ioThreads: '0' }, 1)).toEqual([]);
    expect(relaxed({ emulator: 'none' }, 1)).toEqual([
      'I/O threads share CPUs 0-1 with the vCPUs: no other CPU is free',
    ]);
  });

  it('prefer reserved CPUs on the node of the vCPUs', () => {
    const result = plan(amdMachine(), {
      vcpus: 8,
      placement: { reserve: '0,32,16,48', vcpus: '20-23,52-55' },
    });
    expect(result.placement).toMatchObject({ emulator: [16, 48], housekeeping: [0, 16, 32, 48] });
  });

  it('is the first core that is not isolated', () => {
    const host = hostFacts({ coresPerL3: 4, threads: 2, isolated: [0, 4, 1, 5] });
    expect(plan(host, { vcpus: 2 })).toMatchObject({
      cpus: [0, 4],
      placement: { housekeeping: [2, 6], relaxed: [] },
    });
    const all = hostFacts({ coresPerL3: 2, isolated: [0, 1] });
    expect(plan(all, {}).placement.housekeeping).toEqual([0]);
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
