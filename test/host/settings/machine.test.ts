/** Settings that are judged from more than a value: IOMMU, KVM, vhost, isolation, huge pages, access, the CPUs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHostFacts } from '../../../src/host/facts.js';
import { openRoot } from '../../../src/host/root.js';
import type { HostNeeds } from '../../../src/host/settings/needs.js';
import { settings } from '../../../src/host/settings/registry.js';
import type { Aim, Setting, Verdict } from '../../../src/host/settings/setting.js';
import { FakeRoot, kernelRoot, poolFiles } from '../../support/fake-root.js';
import { noNeeds } from '../../support/needs.js';

let root: FakeRoot;
beforeEach(() => {
  root = kernelRoot();
});
afterEach(() => root.dispose());

function examine(id: string, needs: Partial<HostNeeds> | null = null, more: Partial<Aim> = {}): Verdict {
  const setting = settings.find((one) => one.id === id) as Setting;
  const machine = { root: openRoot(root.path), facts: readHostFacts(root.path) };
  const aim: Aim = {
    profile: 'performance',
    perfPercent: 0,
    needs: needs && { ...noNeeds, ...needs },
    ...more,
  };
  return setting.examine(machine, aim);
}

it('an empty tree has no setting that is wrong but /dev/kvm, and none to change', () => {
  const empty = new FakeRoot({ 'dev/null': '' });
  const machine = { root: openRoot(empty.path), facts: readHostFacts(empty.path) };
  const verdicts = settings.map((setting) => ({
    id: setting.id,
    ...setting.examine(machine, { profile: 'performance', perfPercent: 0, needs: null }),
  }));
  empty.dispose();
  expect(verdicts.filter(({ status }) => status === 'warn' || status === 'fail').map(({ id }) => id)).toEqual(
    ['access.kvm'],
  );
  expect(verdicts.flatMap(({ changes = [] }) => changes)).toEqual([]);
  // What a tree lacks altogether is unknown: it says nothing of the kernel that it was taken from. This one shows /dev.
  expect(
    verdicts.filter(({ found }) => /not in this kernel|loaded$/.test(found)).map(({ id }) => id),
  ).toEqual(['vhost-net']);
});

describe('the IOMMU', () => {
  const groups = (type: string) => ({
    'sys/kernel/iommu_groups/0/type': `${type}\n`,
    'sys/kernel/iommu_groups/1/type': `${type}\n`,
  });

  it('is off, though the firmware tells of one: a word for the kernel', () => {
    expect(examine('iommu.firmware')).toMatchObject({ status: 'ok', found: 'DMAR' });
    expect(examine('iommu.groups')).toMatchObject({
      status: 'warn',
      keep: [{ file: 'grub', lines: ['intel_iommu=on'] }],
    });
    expect(examine('iommu.groups', { hostDevices: true }).status).toBe('fail');
  });

  it('is on, and translates for the host too until iommu=pt', () => {
    root.write(groups('DMA-FQ'));
    expect(examine('iommu.groups')).toMatchObject({ status: 'ok', found: 'on, 2 groups' });
    expect(examine('iommu.passthrough')).toMatchObject({ status: 'warn', found: 'DMA-FQ in 2' });
    expect(examine('iommu.passthrough', null, { profile: 'secure' }).status).toBe('ok');
    root.write({ 'proc/cmdline': 'quiet intel_iommu=on iommu=pt\n' });
    expect(examine('iommu.passthrough')).toMatchObject({ status: 'ok', found: 'iommu=pt' });
    root.write({ ...groups('identity'), 'proc/cmdline': 'quiet\n' });
    expect(examine('iommu.passthrough')).toMatchObject({ status: 'ok', found: 'identity in 2' });
  });

  it('remaps interrupts or not', () => {
    root.write(groups('DMA'));
    expect(examine('iommu.interrupt-remapping').status).toBe('warn');
    expect(examine('iommu.interrupt-remapping', { hostDevices: true }).status).toBe('fail');
    root.write({ 'proc/interrupts': ' 24:  1  IR-PCI-MSI 0-edge  dmar0\n' });
    expect(examine('iommu.interrupt-remapping')).toMatchObject({ status: 'ok', found: 'on' });
  });

  it('is not there: nothing to do, unless a VM is to have a device', () => {
    root.remove('sys/firmware/acpi/tables/DMAR');
    expect(examine('iommu.firmware').status).toBe('note');
    expect(examine('iommu.firmware', { hostDevices: true }).status).toBe('fail');
    expect(examine('iommu.groups').status).toBe('ok');
    expect(examine('iommu.groups').keep).toBeUndefined();
    expect(examine('iommu.groups', { hostDevices: true }).status).toBe('fail');
    root.write({ 'proc/cpuinfo': 'vendor_id\t: GenuineIntel\nflags\t\t: hypervisor\n' });
    expect(examine('iommu.firmware')).toMatchObject({ status: 'ok', found: 'none (virtual machine)' });
  });
});

describe('KVM', () => {
  it('nests or not, by the module that is loaded', () => {
    expect(examine('kvm.nested')).toMatchObject({
      status: 'warn',
      found: 'kvm_intel: off',
      keep: [{ file: 'modprobe', lines: ['options kvm_intel nested=1'] }],
    });
    expect(examine('kvm.nested', null, { profile: 'secure' })).toEqual({
      status: 'ok',
      found: 'kvm_intel: off',
    });
    expect(examine('kvm.nested', { nested: true }, { profile: 'secure' }).status).toBe('warn');
    root.remove('sys/module/kvm_intel');
    expect(examine('kvm.nested')).toEqual({ status: 'note', found: 'kvm_intel is not loaded' });
    root.write({ 'sys/module/kvm_amd/parameters/nested': '1\n' });
    expect(examine('kvm.nested')).toMatchObject({ status: 'ok', found: 'kvm_amd: on' });
  });

  it('tells of unknown registers and of loops, and changes neither', () => {
    expect(examine('kvm.ignore-msrs').status).toBe('ok');
    root.write({ 'sys/module/kvm/parameters/ignore_msrs': 'Y\n' });
    expect(examine('kvm.ignore-msrs')).toMatchObject({ status: 'note', found: 'on' });
    expect(examine('kvm.ple')).toEqual({ status: 'ok', found: 'ple_gap 128' });
    expect(examine('kvm.ple', { pinned: true }).status).toBe('note');
  });

  it('wants /dev/kvm, unless all is emulated', () => {
    expect(examine('access.kvm')).toMatchObject({ status: 'ok', found: 'opens' });
    root.remove('dev/kvm');
    expect(examine('access.kvm')).toMatchObject({ status: 'fail', found: 'absent' });
    expect(examine('access.kvm', { kvm: false }).status).toBe('note');
  });
});

describe('vhost-net', () => {
  it('is wanted loaded where there are taps', () => {
    expect(examine('vhost-net')).toMatchObject({
      status: 'ok',
      keep: [{ file: 'modules', lines: ['vhost_net'] }],
    });
    root.remove('dev/vhost-net', 'sys/module/vhost_net');
    root.write({ 'lib/modules/6.1/x': '' });
    const change = [{ kind: 'module', name: 'vhost_net' }];
    expect(examine('vhost-net')).toMatchObject({ status: 'note', changes: change });
    expect(examine('vhost-net', { taps: true })).toMatchObject({ status: 'warn', changes: change });
  });

  it('copies, which the notes do not want, with a warning why newer kernels do', () => {
    for (const [text, status] of [
      ['0\n', 'note'],
      ['1\n', 'ok'],
    ] as const) {
      root.write({ 'sys/module/vhost_net/parameters/experimental_zcopytx': text });
      const verdict = examine('vhost-net.zerocopy');
      expect(verdict).toMatchObject({
        status,
        keep: [{ file: 'modprobe', lines: ['options vhost_net experimental_zcopytx=1'] }],
      });
      expect(verdict.advice).toMatch(/^Off by default since Linux 5\.3: /);
    }
    expect(examine('vhost-net.zerocopy', null, { profile: 'secure' })).toEqual({ status: 'ok', found: '1' });
  });
});

describe('isolation', () => {
  const needs = { isolated: [1, 11, 2, 12], pinned: true };

  it.each(['isolcpus', 'nohz_full', 'rcu_nocbs'])('%s has the CPUs in the order of the placement', (id) => {
    expect(examine(id).status).toBe('ok');
    expect(examine(id, needs)).toMatchObject({
      status: 'warn',
      wanted: '1,11,2,12',
      keep: [{ file: 'grub', lines: [`${id}=1,11,2,12`] }],
      reboot: `${id}=1,11,2,12 on the kernel command line`,
    });
    root.write({
      'sys/devices/system/cpu/isolated': '1-2,11-12\n',
      'sys/devices/system/cpu/nohz_full': '1-2,11-12\n',
      'proc/cmdline': 'rcu_nocbs=1-2,11-12 isolcpus=managed_irq,domain,1-2,11-12\n',
    });
    expect(examine(id, needs)).toMatchObject({ status: 'ok', found: '1-2,11-12' });
    root.write({ 'sys/devices/system/cpu/isolated': '1\n', 'sys/devices/system/cpu/nohz_full': '1\n' });
    root.write({ 'proc/cmdline': 'rcu_nocbs=1\n' });
    expect(examine(id, needs).status).toBe('warn');
  });

  it('leaves CPU 0 its tick', () => {
    expect(examine('nohz_full', { isolated: [0, 10] }).wanted).toBe('10');
  });

  it('has irqbalance stay away, by a drop-in or by itself', () => {
    expect(examine('irqbalance', needs)).toMatchObject({
      status: 'warn',
      wanted: 'stays away from 1-2,11-12',
    });
    root.write({
      'etc/default/irqbalance': '#IRQBALANCE_BANNED_CPULIST=0\nIRQBALANCE_BANNED_CPULIST="1-2,11-12"\n',
    });
    expect(examine('irqbalance', needs)).toMatchObject({ status: 'ok', found: 'stays away from 1-2,11-12' });
    root.remove('etc/default/irqbalance');
    root.write({ 'sys/devices/system/cpu/isolated': '1-2,11-12\n' });
    expect(examine('irqbalance', needs).status).toBe('ok');
    root.remove('usr/sbin/irqbalance');
    expect(examine('irqbalance', needs)).toEqual({ status: 'ok', found: 'not installed' });
  });

  it('sees cgroup v2 with its cpuset, and the caches', () => {
    expect(examine('cgroup.cpuset')).toMatchObject({ status: 'ok', found: 'cpuset at /sys/fs/cgroup' });
    root.write({ 'sys/fs/cgroup/cgroup.controllers': 'cpu\n' });
    expect(examine('cgroup.cpuset').status).toBe('note');
    expect(examine('resctrl')).toMatchObject({
      status: 'warn',
      changes: [{ kind: 'mount', type: 'resctrl', path: '/sys/fs/resctrl' }],
    });
    root.write({ 'proc/filesystems': 'nodev\tproc\n' });
    expect(examine('resctrl')).toMatchObject({ status: 'note', found: 'cat_l3, but not in this kernel' });
    expect(examine('resctrl', { caches: true }).status).toBe('fail');
    root.write({ 'sys/fs/resctrl/info/L3/cbm_mask': 'fff\n' });
    expect(examine('resctrl')).toMatchObject({ status: 'ok', found: 'mounted' });
  });
});

describe('huge pages', () => {
  const GIB = 1024 ** 3;
  const pages = (count: number, node: number | null = 0) => [{ node, pageBytes: GIB, pages: count }];

  it('are counted from the specs: what is missing is added to what is there', () => {
    root.write(poolFiles(1048576, 3, 1));
    expect(examine('memory.hugepages-1G')).toMatchObject({ status: 'ok', found: '1 of 3 free on node 0' });
    expect(examine('memory.hugepages-1G', { pages: pages(1) })).toMatchObject({ status: 'ok', changes: [] });
    expect(examine('memory.hugepages-1G', { pages: pages(4, null) })).toMatchObject({
      status: 'fail',
      wanted: '4 free on node 0',
      changes: [{ from: '3', to: '6', pages: true }],
      keep: [{ file: 'grub', lines: ['hugepagesz=1G', 'hugepages=4'] }],
    });
  });

  it('are kept by node: small ones by tmpfiles, large ones from the boot on', () => {
    for (const kilobytes of [2048, 1048576]) {
      const folder = `sys/devices/system/node/node1/hugepages/hugepages-${kilobytes}kB`;
      root.write({ [`${folder}/nr_hugepages`]: '0\n', [`${folder}/free_hugepages`]: '0\n' });
    }
    const needs = [...pages(2, 0), ...pages(3, 1)];
    expect(examine('memory.hugepages-1G', { pages: needs }).keep).toEqual([
      { file: 'grub', lines: ['hugepagesz=1G', 'hugepages=0:2,1:3'] },
    ]);
    const small = needs.map((need) => ({ ...need, pageBytes: 2 * 1024 ** 2 }));
    expect(examine('memory.hugepages-2M', { pages: small }).keep).toEqual([
      {
        file: 'tmpfiles',
        lines: [0, 1].map(
          (node) =>
            `w- /sys/devices/system/node/node${node}/hugepages/hugepages-2048kB/nr_hugepages - - - - ${node + 2}`,
        ),
      },
    ]);
  });

  it('that this machine cannot have are said to be so', () => {
    root.remove('sys/devices/system/node/node0/hugepages/hugepages-1048576kB');
    const boot = examine('memory.hugepages-1G', { pages: pages(2) });
    expect(boot).toMatchObject({ status: 'fail', found: 'no pool of this size' });
    expect(boot.advice).toContain('hugepagesz=1G');
    root.write({ 'proc/cpuinfo': 'flags\t\t: pse\n' });
    expect(examine('memory.hugepages-1G', { pages: pages(2) }).advice).toBe(
      'This CPU has no pages of 1GiB: take smaller ones (memory.hugepages).',
    );
  });
});

describe('what is only told', () => {
  it('of the CPUs is never changed', () => {
    expect(examine('cpu.smt')).toEqual({ status: 'ok', found: 'on, siblings are in use' });
    expect(examine('cpu.mitigations').status).toBe('ok');
    root.write({ 'proc/cmdline': 'mitigations=off\n' });
    expect(examine('cpu.mitigations')).toMatchObject({ status: 'warn', found: 'off' });
    expect(examine('cpu.vulnerabilities')).toEqual({ status: 'ok', found: 'none of 1' });
    root.write({ 'sys/devices/system/cpu/vulnerabilities/mds': 'Vulnerable; SMT vulnerable\n' });
    root.write({
      'sys/devices/system/cpu/vulnerabilities/l1tf': 'Mitigation: PTE Inversion; VMX: vulnerable\n',
    });
    expect(examine('cpu.vulnerabilities')).toMatchObject({ status: 'warn', found: 'mds' });
    for (const id of ['cpu.smt', 'cpu.mitigations', 'cpu.vulnerabilities', 'cpu.tsc', 'cpu.clock-source'])
      expect([examine(id).changes, examine(id).keep]).toEqual([undefined, undefined]);
  });

  it('of the clock warns of a slow or unstable one', () => {
    expect(examine('cpu.clock-source').status).toBe('ok');
    root.write({ 'sys/devices/system/clocksource/clocksource0/current_clocksource': 'hpet\n' });
    expect(examine('cpu.clock-source')).toMatchObject({ status: 'warn', wanted: 'tsc' });
    expect(examine('cpu.tsc').status).toBe('ok');
    root.write({ 'proc/cpuinfo': 'flags\t\t: constant_tsc\n' });
    expect(examine('cpu.tsc')).toMatchObject({ status: 'warn', found: 'no nonstop_tsc' });
  });
});
