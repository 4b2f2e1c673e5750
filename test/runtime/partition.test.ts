import { describe, expect, it } from 'vitest';
import type { PartitionPlan } from '../../src/plan/cgroup/facts.js';
import { refuseTakenGroup } from '../../src/runtime/cgroup-files.js';
import {
  enterPartition,
  giveBackPartition,
  isolatePartition,
  takePartition,
} from '../../src/runtime/partition.js';
import { FakeCgroup, type FakeCgroupOptions } from '../support/fake-cgroup.js';

const root = '/sys/fs/cgroup';

function partition(
  name: string,
  cpus: readonly number[],
  enables: readonly string[] = ['cpuset'],
): PartitionPlan {
  return { root, group: `${root}/${name}`, cpus, enables, holder: null };
}

/** QEMU is process 100 with vCPU threads 101 and 102, started from a session; 7 is another process of the host. */
function host(options: FakeCgroupOptions = {}): FakeCgroup {
  return new FakeCgroup({
    enabled: ['memory', 'pids'],
    processes: [
      { group: 'user.slice/session-1.scope', threads: [100, 101, 102] },
      { group: '', threads: [7] },
    ],
    ...options,
  });
}

function isolate(files: FakeCgroup, plan: PartitionPlan): void {
  takePartition(plan, files);
  isolatePartition(plan, files);
  enterPartition(plan, 100, [101, 102], files);
}

describe('isolation of the CPUs of vCPUs', () => {
  it('is a threaded group under the root, isolated before the vCPU threads alone go in', () => {
    const files = host();
    isolate(files, partition('vm-db', [2, 3]));
    expect(files.journal).toEqual([
      'cgroup.subtree_control: +cpuset',
      'mkdir vm-db',
      'vm-db/cgroup.type: threaded',
      'vm-db/cpuset.cpus: 2-3',
      'vm-db/cpuset.cpus.partition: isolated',
      'cgroup.procs: 100',
      'vm-db/cgroup.threads: 101',
      'vm-db/cgroup.threads: 102',
    ]);
    expect(files.text(`${root}/vm-db/cpuset.cpus.partition`)).toBe('isolated\n');
  });

  it('keeps every other thread off, and only then lets vCPUs be pinned there', () => {
    const files = host();
    const plan = partition('vm-db', [2, 3]);
    takePartition(plan, files);
    expect(files.cpusOf(7)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    isolatePartition(plan, files);
    expect(files.cpusOf(7)).toEqual([0, 1, 4, 5, 6, 7]);
    expect(() => files.setAffinity(101, [2])).toThrow('EINVAL');
    enterPartition(plan, 100, [101, 102], files);
    files.setAffinity(101, [2]);
    expect(files.cpusOf(101)).toEqual([2]);
    expect(files.cpusOf(100)).toEqual([0, 1, 4, 5, 6, 7]);
  });

  it('puts in what is not there yet, and nothing twice', () => {
    const files = host();
    const plan = partition('vm-db', [2, 3]);
    takePartition(plan, files);
    isolatePartition(plan, files);
    enterPartition(plan, 100, [101], files);
    files.journal.length = 0;
    enterPartition(plan, 100, [101, 102], files);
    expect(files.journal).toEqual(['vm-db/cgroup.threads: 102']);
  });

  it('is a root partition where the kernel knows no isolated ones', () => {
    const files = host({ knowsIsolated: false });
    isolate(files, partition('vm-db', [2, 3]));
    expect(files.journal).toContain('vm-db/cpuset.cpus.partition: root');
    expect(files.cpusOf(7)).toEqual([0, 1, 4, 5, 6, 7]);
  });

  it('switches no controller on that is on already', () => {
    const files = host({ enabled: ['cpuset'] });
    takePartition(partition('vm-db', [2, 3]), files);
    expect(files.journal[0]).toBe('mkdir vm-db');
  });
});

describe('what was taken', () => {
  it('is given back, CPUs first, and again without effect', () => {
    const files = host();
    const plan = partition('vm-db', [2, 3]);
    isolate(files, plan);
    files.end(100);
    files.journal.length = 0;
    giveBackPartition(plan, [], files);
    giveBackPartition(plan, [], files);
    expect(files.journal).toEqual([
      'vm-db/cpuset.cpus.partition: member',
      'rmdir vm-db',
      'cgroup.subtree_control: -cpuset',
    ]);
    expect(files.cpusOf(7)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('is given back with threads in it, which go to the root group', () => {
    const files = host();
    const plan = partition('vm-db', [2, 3]);
    isolate(files, plan);
    giveBackPartition(plan, [], files);
    expect(files.text(`${root}/cgroup.threads`)).toBe('100\n101\n102\n7\n');
    expect(files.names(root)).toEqual(['user.slice']);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('is given back after a launch that was killed before write %i', (count) => {
    const files = host();
    const plan = partition('vm-db', [2, 3]);
    const write = files.write.bind(files);
    files.write = (path, text) => {
      if (files.journal.length >= count) throw new Error('killed');
      write(path, text);
    };
    expect(() => isolate(files, plan)).toThrow('killed');
    files.write = write;
    giveBackPartition(plan, [], files);
    expect(files.names(root)).toEqual(['user.slice']);
    expect(files.text(`${root}/cgroup.subtree_control`)).toBe('memory pids\n');
  });

  it('keeps the controller while another VM, or anybody else, uses it', () => {
    const files = host();
    const [db, web] = [partition('vm-db', [2, 3]), partition('vm-web', [4, 5])];
    isolate(files, db);
    takePartition(web, files);
    giveBackPartition(db, web.enables, files);
    expect(files.text(`${root}/cgroup.subtree_control`)).toBe('memory pids cpuset\n');
    files.makeFolder(`${root}/own.slice`);
    files.write(`${root}/own.slice/cpuset.cpus`, '6');
    giveBackPartition(web, [], files);
    expect(files.text(`${root}/cgroup.subtree_control`)).toBe('memory pids cpuset\n');
    files.write(`${root}/own.slice/cpuset.cpus`, '');
    giveBackPartition(web, [], files);
    expect(files.text(`${root}/cgroup.subtree_control`)).toBe('memory pids\n');
  });
});

describe('what the kernel refuses', () => {
  it('is told with the reason that it gives', () => {
    const files = host({ enabled: ['cpuset'] });
    files.makeFolder(`${root}/other`);
    files.write(`${root}/other/cpuset.cpus`, '3-4');
    const plan = partition('vm-db', [2, 3]);
    takePartition(plan, files);
    expect(() => isolatePartition(plan, files)).toThrow(
      expect.objectContaining({
        code: 'host.cgroup',
        message: `the kernel does not isolate the CPUs of ${root}/vm-db: it says isolated invalid (Cpu list in cpuset.cpus not exclusive)`,
      }),
    );
  });

  it('is a CPU that is offline, before QEMU starts', () => {
    expect(() => takePartition(partition('vm-db', [8]), host())).toThrow(
      `can't write 8 to ${root}/vm-db/cpuset.cpus: EINVAL`,
    );
  });

  it('is a partition below a group that is none, before 6.7', () => {
    const files = host({ enabled: ['cpuset'] });
    files.makeFolder(`${root}/vm.slice`);
    files.write(`${root}/vm.slice/cgroup.subtree_control`, '+cpuset');
    const plan = { ...partition('vm.slice/db', [2, 3]), root: `${root}/vm.slice` };
    files.makeFolder(plan.group);
    files.write(`${plan.group}/cpuset.cpus`, '2-3');
    expect(() => isolatePartition(plan, files)).toThrow('isolated invalid (Parent is not a partition root)');
  });

  it('is a thread that is gone', () => {
    const files = host();
    const plan = partition('vm-db', [2, 3]);
    isolate(files, plan);
    expect(() => enterPartition(plan, 100, [103], files)).toThrow(
      `can't write 103 to ${root}/vm-db/cgroup.threads: ESRCH`,
    );
  });

  it('is a group that is there already, before anything is done', () => {
    const files = host();
    const plan = partition('vm-db', [2, 3]);
    refuseTakenGroup(plan, files);
    files.makeFolder(plan.group);
    expect(() => refuseTakenGroup(plan, files)).toThrow(/which no VM is known to have/);
  });
});
