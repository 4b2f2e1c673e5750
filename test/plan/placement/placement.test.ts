import { describe, expect, it } from 'vitest';
import { amdMachine, hostFacts, notesMachine, plainMachine } from '../../support/hosts.js';
import { claim, messages, plan, topology } from './planned.js';

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
