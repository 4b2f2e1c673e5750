import { describe, expect, it } from 'vitest';
import type { KernelFiles } from '../../src/host/kernel-files.js';
import { bothHolds, type Holds } from '../../src/plan/holds.js';
import { enterCacheGroup, giveBackCacheGroup, takeCacheGroup } from '../../src/runtime/cache-group.js';
import { giveBackInterrupts, takeInterrupts } from '../../src/runtime/interrupts.js';
import { leaveHolds, takeHolds } from '../../src/runtime/move-holds.js';
import {
  enterPartition,
  giveBackPartition,
  isolatePartition,
  takePartition,
} from '../../src/runtime/partition.js';
import { FakeCgroup } from '../support/fake-cgroup.js';
import { FakeInterrupts } from '../support/fake-interrupts.js';
import { FakeResctrl } from '../support/fake-resctrl.js';

const root = '/sys/fs/cgroup';

/** A host of eight CPUs with a cache for each four, on which a VM holds CPUs 2 and 3. */
class Machine implements KernelFiles {
  readonly cgroups = new FakeCgroup({
    enabled: ['memory'],
    processes: [{ group: '', threads: [100, 101, 102] }],
  });
  readonly resctrl = new FakeResctrl({ schemata: 'L3:0=ff;1=ff', all: 0xff, threads: [101, 102] });
  readonly interrupts = new FakeInterrupts({ irqs: { 24: '0-7', 25: '2', 26: '4-5', 30: '0-1' } });
  /** Writes that are still let through. */
  left = Number.POSITIVE_INFINITY;

  private of(path: string): KernelFiles {
    if (path.startsWith('/sys/fs/resctrl')) return this.resctrl;
    return path.startsWith('/proc/irq') ? this.interrupts : this.cgroups;
  }
  text = (path: string) => this.of(path).text(path);
  names = (path: string) => this.of(path).names(path);
  makeFolder = (path: string) => this.of(path).makeFolder(path);
  removeFolder = (path: string) => this.of(path).removeFolder(path);
  write(path: string, text: string): void {
    if (this.left-- <= 0) throw new Error('killed');
    this.of(path).write(path, text);
  }
  state(): string {
    const files = [
      `${root}/vm-a/cpuset.cpus`,
      `${root}/vm-a/cpuset.cpus.partition`,
      '/sys/fs/resctrl/schemata',
      '/sys/fs/resctrl/vm-a/schemata',
      ...['24', '25', '26', '30'].map((irq) => `/proc/irq/${irq}/smp_affinity_list`),
      '/proc/irq/default_smp_affinity',
    ];
    return files.map((path) => this.text(path)?.trim() ?? '-').join(' | ');
  }
}

const ways = (domain: number, mask: number) => ({ resource: 'L3', domain, mask, ofDefault: 0xff });
const before = {
  irqs: [
    { irq: 24, cpus: [0, 1, 2, 3, 4, 5, 6, 7] },
    { irq: 25, cpus: [2] },
    { irq: 26, cpus: [4, 5] },
    { irq: 30, cpus: [0, 1] },
  ],
  ofNew: [0, 1, 2, 3, 4, 5, 6, 7],
};
const holding = (cpus: readonly number[], domain: number, mask = 0xf0): Holds => ({
  partition: { root, group: `${root}/vm-a`, cpus, enables: ['cpuset'], holder: null },
  cacheGroups: [{ group: 'vm-a', vcpus: [0, 1], ways: [ways(domain, mask)], bandwidth: [] }],
  interrupts: { cpus, online: [0, 1, 2, 3, 4, 5, 6, 7], before, devices: [] },
});
const here = holding([2, 3], 0);
const there = holding([4, 5], 1);

function running(): Machine {
  const machine = new Machine();
  for (const group of here.cacheGroups) {
    takeCacheGroup(group, machine);
    enterCacheGroup(group, [101, 102], machine);
  }
  if (here.partition !== null) {
    takePartition(here.partition, machine);
    isolatePartition(here.partition, machine);
    enterPartition(here.partition, 100, [101, 102], machine);
  }
  if (here.interrupts !== null) takeInterrupts(here.interrupts, [], machine);
  return machine;
}

function giveAllBack(machine: Machine, { partition, cacheGroups, interrupts }: Holds): void {
  machine.cgroups.end(100);
  if (interrupts !== null) giveBackInterrupts(interrupts, [], machine);
  if (partition !== null) giveBackPartition(partition, [], machine);
  for (const group of cacheGroups) giveBackCacheGroup(group, [], machine);
}

describe('what a VM holds for its CPUs', () => {
  const first = '2-3 | isolated | L3:0=f;1=ff | L3:0=f0;1=ff | 0-1,4-7 | 0-1,4-7 | 4-5 | 0-1 | f3';
  const moved = '4-5 | isolated | L3:0=ff;1=f | L3:0=f0;1=f0 | 0-3,6-7 | 2 | 0-3,6-7 | 0-1 | cf';

  it('goes to other CPUs in an order in which nothing is invalid or shared with the host meanwhile', () => {
    const machine = running();
    expect(machine.state()).toBe(first);
    for (const { journal } of [machine.cgroups, machine.resctrl, machine.interrupts]) journal.length = 0;
    expect(takeHolds(here, there, [], machine)).toEqual([]);
    expect(machine.resctrl.journal).toEqual(['vm-a/schemata: L3:1=f0', 'schemata: L3:1=f']);
    leaveHolds(here, there, [], machine);
    expect(machine.state()).toBe(moved);
    expect(machine.cgroups.journal).toEqual([
      'vm-a/cpuset.cpus: 4-5',
      'vm-a/cpuset.cpus.partition: isolated',
    ]);
    expect(machine.resctrl.journal.slice(2)).toEqual(['schemata: L3:0=ff']);
    // Each goes once, and to none of the CPUs that are gone to.
    expect(machine.interrupts.journal).toEqual(['new: cf', '24: 0-3,6-7', '25: 2', '26: 0-3,6-7']);
    expect(machine.cgroups.cpusOf(101)).toEqual([4, 5]);
    expect(machine.cgroups.cpusOf(100)).toEqual([0, 1, 2, 3, 6, 7]);
  });

  it('comes back the same way', () => {
    const machine = running();
    takeHolds(here, there, [], machine);
    leaveHolds(here, there, [], machine);
    takeHolds(there, here, [], machine);
    leaveHolds(there, here, [], machine);
    expect(machine.state()).toBe(first.replace('0=f0;1=ff', '0=f0;1=f0'));
  });

  it('is put back where somebody changed it', () => {
    const machine = running();
    machine.write('/proc/irq/24/smp_affinity_list', '3');
    machine.write('/proc/irq/25/smp_affinity_list', '2');
    machine.write(`${root}/vm-a/cpuset.cpus.partition`, 'member');
    machine.write('/sys/fs/resctrl/vm-a/schemata', 'L3:0=1\n');
    takeHolds(here, here, [], machine);
    leaveHolds(here, here, [], machine);
    expect(machine.state()).toBe(first);
  });

  it('takes other ways of the same cache, and gives the default group back what it had', () => {
    const machine = running();
    const other = holding([2, 3], 0, 0x0f);
    takeHolds(here, other, [], machine);
    leaveHolds(here, other, [], machine);
    expect(machine.text('/sys/fs/resctrl/vm-a/schemata')).toBe('L3:0=f;1=ff\n');
    expect(machine.text('/sys/fs/resctrl/schemata')).toBe('L3:0=f0;1=ff\n');
  });

  it('leaves to other VMs what is theirs', () => {
    const machine = running();
    const db = { vm: 'db', exclusiveCpus: [], cacheWays: [ways(0, 0x03)] };
    const claims = [{ ...db, interrupts: { cpus: [0], online: [], before, devices: [] } }];
    machine.write('/sys/fs/resctrl/schemata', 'L3:0=c\n');
    takeHolds(here, there, claims, machine);
    leaveHolds(here, there, claims, machine);
    expect(machine.text('/sys/fs/resctrl/schemata')).toBe('L3:0=fc;1=f\n');
    expect(machine.text('/proc/irq/24/smp_affinity_list')).toBe('1-3,6-7\n');
  });

  it.each(Array.from({ length: 10 }, (_, count) => count))(
    'is all given back after a move that was killed before write %i, and mended by the next vm place',
    (count) => {
      const both = bothHolds(here, there);
      for (const mends of [false, true]) {
        const machine = running();
        machine.left = count;
        try {
          takeHolds(here, there, [], machine);
          leaveHolds(here, there, [], machine);
        } catch (error) {
          expect(error).toMatchObject({ message: expect.stringContaining('killed') });
        }
        machine.left = Number.POSITIVE_INFINITY;
        if (mends) {
          takeHolds(both, there, [], machine);
          leaveHolds(both, there, [], machine);
          expect(machine.state()).toBe(moved);
        }
        giveAllBack(machine, both);
        expect(machine.state()).toBe('- | - | L3:0=ff;1=ff | - | 0-7 | 2 | 4-5 | 0-1 | ff');
      }
    },
  );
});
