import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHostFacts } from '../../src/host/facts.js';
import type { HostFacts } from '../../src/plan/facts.js';
import {
  amdMachine,
  cpu0Offline,
  hostFacts,
  hybridMachine,
  notesMachine,
  offlineSiblings,
  plainMachine,
  subNumaMachine,
  writeHost,
  writeTree,
} from '../support/hosts.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'vm-facts-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

const cpuFolder = 'sys/devices/system/cpu';

const machines: Record<string, HostFacts> = {
  'the machine of the notes': notesMachine(),
  'AMD with several L3 domains a node': amdMachine(),
  'hybrid with two kinds of core': hybridMachine(),
  'sub-NUMA clusters': subNumaMachine(),
  'offline siblings': offlineSiblings(),
  'CPU 0 offline': cpu0Offline(),
  'no siblings': plainMachine(4),
  'one CPU': plainMachine(1),
  'more than 64 CPUs': hostFacts({ sockets: 2, coresPerL3: 18, threads: 2 }),
};

it.each(Object.entries(machines))('%s is read from lists', (_, host) => {
  writeHost(tree, host);
  const read = readHostFacts(tree);
  expect(read.cpus).toEqual(host.cpus);
  expect(read.nodes).toEqual(host.nodes);
});

it.each(['the machine of the notes', 'offline siblings', 'CPU 0 offline', 'more than 64 CPUs'])(
  '%s is read from masks alone, as in old captures',
  (name) => {
    const host = machines[name] ?? plainMachine(1);
    writeHost(tree, host, { masks: true });
    const read = readHostFacts(tree);
    expect(read.cpus).toEqual(host.cpus);
    expect(read.nodes).toEqual(host.nodes);
  },
);

describe('CPUs', () => {
  it('that are isolated or nohz_full are marked', () => {
    writeHost(tree, hostFacts({ coresPerL3: 4, isolated: [2, 3] }));
    writeTree(tree, { [`${cpuFolder}/nohz_full`]: '3\n' });
    const { cpus } = readHostFacts(tree);
    expect(cpus.map(({ isolated }) => isolated)).toEqual([false, false, true, true]);
    expect(cpus.map(({ nohzFull }) => nohzFull)).toEqual([false, false, false, true]);
  });

  it('have the kinds that the kernel names', () => {
    writeHost(tree, plainMachine(4));
    writeTree(tree, { 'sys/devices/cpu_core/cpus': '0-1\n', 'sys/devices/cpu_atom/cpus': '2-3\n' });
    expect(readHostFacts(tree).cpus.map(({ kind }) => kind)).toEqual([
      'performance',
      'performance',
      'efficiency',
      'efficiency',
    ]);
    rmSync(join(tree, 'sys/devices/cpu_core'), { recursive: true });
    rmSync(join(tree, 'sys/devices/cpu_atom'), { recursive: true });
    writeTree(tree, {
      [`${cpuFolder}/types/intel_core_0/cpulist`]: '3\n',
      [`${cpuFolder}/types/intel_atom_0/cpulist`]: '0-2\n',
    });
    expect(readHostFacts(tree).cpus.map(({ kind }) => kind)).toEqual([
      'efficiency',
      'efficiency',
      'efficiency',
      'performance',
    ]);
  });

  it('have no kind for a few percent of speed', () => {
    writeHost(tree, plainMachine(2));
    writeTree(tree, { [`${cpuFolder}/cpu1/cpufreq/cpuinfo_max_freq`]: '4300000\n' });
    expect(readHostFacts(tree).cpus.map(({ kind }) => kind)).toEqual([null, null]);
  });

  it('have the kinds that their capacities tell', () => {
    writeHost(tree, plainMachine(3));
    const capacity = (cpu: number, value: number) => ({
      [`${cpuFolder}/cpu${cpu}/cpu_capacity`]: `${value}\n`,
    });
    writeTree(tree, { ...capacity(0, 446), ...capacity(1, 1024) });
    expect(readHostFacts(tree).cpus.map(({ kind }) => kind)).toEqual([null, null, null]);
    writeTree(tree, capacity(2, 980));
    expect(readHostFacts(tree).cpus.map(({ kind }) => kind)).toEqual([
      'efficiency',
      'performance',
      'performance',
    ]);
    // Of three kinds the two that are nearer to each other are one.
    writeTree(tree, { ...capacity(0, 250), ...capacity(1, 760), ...capacity(2, 1024) });
    expect(readHostFacts(tree).cpus.map(({ kind }) => kind)).toEqual([
      'efficiency',
      'performance',
      'performance',
    ]);
  });

  it('share caches as sets say that have the CPU itself, whichever folders a capture lacks', () => {
    const cache = (index: number, files: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          `${cpuFolder}/cpu1/cache/index${index}/${name}`,
          `${text}\n`,
        ]),
      );
    writeTree(tree, {
      ...cache(2, { level: '2', type: 'Unified', shared_cpu_list: '0,4', shared_cpu_map: '22' }),
      ...cache(4, { level: '3', type: 'Unified', shared_cpu_map: '00000000,00000000' }),
    });
    expect(readHostFacts(tree).cpus).toMatchObject([{ cpu: 1, l2: [1, 5], l3: [1] }]);
  });

  it('have a base speed from cpufreq or from the firmware', () => {
    writeHost(tree, plainMachine(3));
    writeTree(tree, {
      [`${cpuFolder}/cpu0/cpufreq/base_frequency`]: '1900000\n',
      [`${cpuFolder}/cpu1/acpi_cppc/nominal_freq`]: '1400\n',
      [`${cpuFolder}/cpu2/acpi_cppc/nominal_freq`]: '0\n',
    });
    expect(readHostFacts(tree).cpus.map(({ baseMhz }) => baseMhz)).toEqual([1900, 1400, null]);
  });

  it('of which the tree shows next to nothing are unknown, not zero', () => {
    writeTree(tree, {
      [`${cpuFolder}/cpu3/uevent`]: '',
      [`${cpuFolder}/online`]: '3,5\n',
      [`${cpuFolder}/cpufreq/policy0/x`]: '',
    });
    const unknown = {
      online: true,
      node: null,
      socket: null,
      die: null,
      cluster: null,
      core: null,
      siblings: [],
      l2: [],
      l2Bytes: null,
      l3: [],
      l3Bytes: null,
      maxMhz: null,
      baseMhz: null,
      kind: null,
      isolated: false,
      nohzFull: false,
    };
    expect(readHostFacts(tree).cpus).toEqual([
      { cpu: 3, ...unknown },
      { cpu: 5, ...unknown },
    ]);
  });
});

describe('a tree with nothing in it', () => {
  it('is a host of which nothing is known', () => {
    expect(readHostFacts(tree)).toEqual({
      live: false,
      cpus: [],
      allowedCpus: null,
      allowedNodes: null,
      nodes: [],
      vendor: null,
      cpuFlags: null,
      memoryBytes: null,
      availableBytes: null,
      defaultHugepageBytes: null,
      hugepages: [],
      hugetlbfs: [],
      bridgeHelper: null,
      networkAdmin: null,
      realTimeLimit: null,
      ioUring: null,
      vhostNet: null,
      lockableBytes: null,
      mediatedDevices: null,
      pciDevices: null,
      blockDevices: null,
      usbDevices: null,
      vhostVsock: null,
      interfaces: null,
      firmware: [],
      programs: null,
      root: null,
    });
  });
});

describe('memory', () => {
  it('and huge pages are read for the host and each node, memory-only nodes included', () => {
    writeTree(tree, {
      'proc/meminfo':
        'MemTotal: 100 kB\nMemAvailable: 50 kB\nHugePages_Total: 7\nHugePages_Free: 3\nHugepagesize: 2048 kB\n',
      'sys/devices/system/node/node2/cpulist': '\n',
      'sys/devices/system/node/node2/hugepages/hugepages-1048576kB/nr_hugepages': '4\n',
      'sys/devices/system/node/node2/hugepages/hugepages-1048576kB/free_hugepages': '1\n',
      'sys/devices/system/node/node2/hugepages/hugepages-2048kB/demote': '1\n',
    });
    const host = readHostFacts(tree);
    expect(host).toMatchObject({ memoryBytes: 102400, availableBytes: 51200, defaultHugepageBytes: 2097152 });
    expect(host.hugepages).toEqual([{ pageBytes: 2097152, total: 7, free: 3 }]);
    expect(host.nodes).toEqual([
      {
        node: 2,
        cpus: [],
        memoryBytes: null,
        availableBytes: null,
        hugepages: [{ pageBytes: 1073741824, total: 4, free: 1 }],
        distances: [],
      },
    ]);
  });
});

describe('the cpuset', () => {
  const unified = 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n';

  it('is that of the nearest cgroup v2 with the controller', () => {
    writeTree(tree, {
      'proc/mounts': unified,
      'proc/self/cgroup': '0::/machine/vm/threads\n',
      'sys/fs/cgroup/cpuset.cpus.effective': '0-7\n',
      'sys/fs/cgroup/machine/cpuset.cpus.effective': '2-5\n',
      'sys/fs/cgroup/machine/vm/cgroup.type': 'domain\n',
    });
    expect(readHostFacts(tree).allowedCpus).toEqual([2, 3, 4, 5]);
  });

  it('is found by /proc/self/cpuset where a tree has no /proc/self/cgroup', () => {
    writeTree(tree, {
      'proc/mounts': unified,
      'proc/self/cpuset': '/job/step\n',
      'sys/fs/cgroup/cpuset.cpus.effective': '0-7\n',
      'sys/fs/cgroup/job/step/cpuset.cpus.effective': '0-3\n',
    });
    expect(readHostFacts(tree).allowedCpus).toEqual([0, 1, 2, 3]);
  });

  it('is that of cgroup v1, or of the older cpuset file system', () => {
    writeTree(tree, {
      'proc/mounts': `${unified}cgroup /sys/fs/cgroup/cpu\\040set cgroup rw,cpuset 0 0\n`,
      'proc/self/cgroup': '4:cpuset:/a\n0::/b\n',
      'sys/fs/cgroup/cpu set/a/cpuset.cpus': '1,3\n',
    });
    expect(readHostFacts(tree).allowedCpus).toEqual([1, 3]);
    writeTree(tree, {
      'proc/mounts': 'none /dev/cpuset cpuset rw 0 0\n',
      'proc/self/cgroup': '',
      'proc/self/cpuset': '/job\n',
      'dev/cpuset/job/cpus': '6\n',
    });
    expect(readHostFacts(tree).allowedCpus).toEqual([6]);
  });

  it('is unknown where the tree does not say, whatever affinity the capture was made with', () => {
    writeTree(tree, {
      'proc/mounts': unified,
      'proc/self/cgroup': '0::/../outside\n',
      'proc/self/status': 'Cpus_allowed_list:\t0-1\n',
    });
    expect(readHostFacts(tree).allowedCpus).toBeNull();
  });
});

describe('the kernel', () => {
  it.each([
    [{ 'proc/sys/kernel/io_uring_disabled': '0\n' }, true],
    [{ 'proc/sys/kernel/io_uring_disabled': '1\n' }, null],
    [{ 'proc/sys/kernel/io_uring_disabled': '2\n' }, false],
    [{ 'proc/sys/kernel/osrelease': '5.6.0-rc1\n' }, true],
    [{ 'proc/version': 'Linux version 6.1.0-13-amd64 (debian)\n' }, true],
    [{ 'proc/sys/kernel/osrelease': '5.5.19\n' }, null],
    [{ 'proc/sys/kernel/osrelease': '4.19.0\n' }, null],
  ])('with %j allows io_uring: %j', (files, allowed) => {
    writeTree(tree, files);
    expect(readHostFacts(tree).ioUring).toBe(allowed);
  });

  it('has vhost-net or not, where the tree has a /dev', () => {
    mkdirSync(join(tree, 'dev'));
    expect(readHostFacts(tree).vhostNet).toBe(false);
    writeTree(tree, { 'dev/vhost-net': '' });
    expect(readHostFacts(tree).vhostNet).toBe(true);
  });

  it('has interfaces, of which some are bridges, and files that are none', () => {
    writeTree(tree, {
      'sys/devices/virtual/net/br0/bridge/bridge_id': '',
      'sys/class/net/bonding_masters': '',
    });
    symlinkSync('../../devices/virtual/net/br0', join(tree, 'sys/class/net/br0'));
    symlinkSync('../../devices/pci0/net/eth0', join(tree, 'sys/class/net/eth0'));
    expect(readHostFacts(tree).interfaces).toEqual([
      { name: 'br0', bridge: true, tap: null, node: null },
      { name: 'eth0', bridge: false, tap: null, node: null },
    ]);
  });

  it.each([
    ['GenuineIntel', 'intel'],
    ['AuthenticAMD', 'amd'],
    ['HygonGenuine', 'other'],
  ])('calls %s %s', (id, vendor) => {
    writeTree(tree, {
      'proc/cpuinfo': `processor\t: 0\nvendor_id\t: ${id}\nflags\t\t: fpu svm\n\nprocessor\t: 1\nflags\t\t: none\n`,
    });
    expect(readHostFacts(tree)).toMatchObject({ vendor, cpuFlags: ['fpu', 'svm'] });
  });
});

it('this machine is read', () => {
  const host = readHostFacts();
  expect(host.live).toBe(true);
  expect(host.cpus.length).toBeGreaterThan(0);
  expect(host.allowedCpus?.length).toBeGreaterThan(0);
  expect(host.memoryBytes).toBeGreaterThan(0);
  expect(host.interfaces?.map(({ name }) => name)).toContain('lo');
});

describe('the limit of real time', () => {
  it.each([
    ['950000', '1000000', { period: 1000000, runtime: 950000 }],
    ['-1', '1000000', { period: 1000000, runtime: null }],
    ['950000', '', null],
    ['much', '1000000', null],
  ])('is read from %s of %s microseconds', (runtime, period, limit) => {
    writeTree(tree, {
      'proc/sys/kernel/sched_rt_runtime_us': `${runtime}\n`,
      'proc/sys/kernel/sched_rt_period_us': `${period}\n`,
    });
    expect(readHostFacts(tree).realTimeLimit).toEqual(limit);
  });
});
