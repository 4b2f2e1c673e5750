/** Each setting that is a value of a file: right, wrong, absent, unreadable, under another profile. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHostFacts } from '../../../src/host/facts.js';
import { openRoot } from '../../../src/host/root.js';
import { settings } from '../../../src/host/settings/registry.js';
import type { Aim, Setting, Verdict } from '../../../src/host/settings/setting.js';
import { FakeRoot, type Files, frequencyFiles, thp } from '../../support/fake-root.js';
import { notesMachine, writeHost } from '../../support/hosts.js';
import { noNeeds } from '../../support/needs.js';

let root: FakeRoot;
beforeEach(() => {
  root = new FakeRoot();
});
afterEach(() => root.dispose());

const aim: Aim = { profile: 'performance', perfPercent: 0, needs: null };

function examine(id: string, other: Partial<Aim> = {}): Verdict {
  const setting = settings.find((one) => one.id === id) as Setting;
  const machine = { root: openRoot(root.path), facts: readHostFacts(root.path) };
  return setting.examine(machine, { ...aim, ...other });
}

interface Case {
  readonly id: string;
  readonly path: string;
  readonly right: readonly string[];
  readonly wrong: Readonly<Record<string, string>>;
  /** Of a wrong value. */
  readonly status?: 'fail' | 'warn';
  readonly keep: string;
  readonly absent: 'ok' | 'note';
}

const sysctl = (
  name: string,
  right: string[],
  wrong: Record<string, string>,
  more: Partial<Case> = {},
): Case => ({
  id: name,
  path: `proc/sys/${name.replaceAll('.', '/')}`,
  right,
  wrong,
  keep: `${name} = ${Object.values(wrong)[0]}`,
  absent: 'ok',
  ...more,
});

const cases: readonly Case[] = [
  {
    id: 'memory.ksm',
    path: 'sys/kernel/mm/ksm/run',
    right: ['0\n', '2\n'],
    wrong: { '1\n': '0' },
    status: 'fail',
    keep: 'w- /sys/kernel/mm/ksm/run - - - - 0',
    absent: 'ok',
  },
  {
    id: 'memory.transparent',
    path: `${thp}/enabled`,
    right: ['always [madvise] never\n', '[always] madvise never\n'],
    wrong: { 'always madvise [never]\n': 'madvise' },
    keep: `w- /${thp}/enabled - - - - madvise`,
    absent: 'note',
  },
  {
    id: 'memory.transparent-defrag',
    path: `${thp}/defrag`,
    right: ['always defer defer+madvise [madvise] never\n', 'always defer [defer+madvise] madvise never\n'],
    wrong: {
      '[always] defer defer+madvise madvise never\n': 'madvise',
      'always defer defer+madvise madvise [never]\n': 'madvise',
    },
    keep: `w- /${thp}/defrag - - - - madvise`,
    absent: 'note',
  },
  {
    id: 'memory.transparent-khugepaged',
    path: `${thp}/khugepaged/defrag`,
    right: ['1\n'],
    wrong: { '0\n': '1' },
    keep: `w- /${thp}/khugepaged/defrag - - - - 1`,
    absent: 'note',
  },
  {
    id: 'kvm.halt-polling',
    path: 'sys/module/kvm/parameters/halt_poll_ns',
    right: ['200000\n', '400000\n'],
    wrong: { '0\n': '200000' },
    keep: 'options kvm halt_poll_ns=200000',
    absent: 'note',
  },
  sysctl('kernel.perf_event_max_sample_rate', ['146500\n'], { '100000\n': '146500' }, { absent: 'note' }),
  sysctl('kernel.perf_cpu_time_max_percent', ['0\n', '100\n'], { '25\n': '0' }, { absent: 'note' }),
  sysctl('vm.swappiness', ['10\n', '0\n'], { '60\n': '10' }, { absent: 'note' }),
  sysctl('vm.stat_interval', ['10\n', '120\n'], { '1\n': '10' }, { absent: 'note' }),
  sysctl('kernel.nmi_watchdog', ['0\n'], { '1\n': '0' }),
  sysctl('kernel.soft_watchdog', ['0\n'], { '1\n': '0' }),
  sysctl('kernel.sched_min_granularity_ns', ['10000000\n'], { '3000000\n': '10000000' }),
  sysctl('kernel.sched_wakeup_granularity_ns', ['15000000\n'], { '4000000\n': '15000000' }),
  sysctl('kernel.sched_migration_cost_ns', ['5000000\n'], { '500000\n': '5000000' }),
  sysctl('kernel.sched_autogroup_enabled', ['0\n'], { '1\n': '0' }),
];

describe.each(cases)('$id', ({ id, path, right, wrong, status, keep, absent }) => {
  it('is right as it is', () => {
    for (const text of right) {
      root.write({ [path]: text });
      expect(examine(id)).toMatchObject({ status: 'ok', changes: [] });
    }
  });

  it('is wrong, and to be written', () => {
    for (const [text, to] of Object.entries(wrong)) {
      root.write({ [path]: text });
      const verdict = examine(id);
      expect(verdict.status).toBe(status ?? 'warn');
      expect(verdict.advice).toBe(`vm host tune --only ${id}`);
      expect(verdict.changes).toMatchObject([{ kind: 'value', path: `/${path}`, to }]);
      expect(verdict.keep?.flatMap(({ lines }) => lines).at(-1)).toBe(keep);
    }
  });

  it('is absent: nothing to change, nothing to keep', () => {
    const verdict = examine(id);
    expect(verdict.status).toBe(absent);
    expect([verdict.changes ?? [], verdict.keep ?? []]).toEqual([[], []]);
  });

  it('is there and unreadable: a note, and nothing to change', () => {
    root.write({ [path]: 'x\n' }).makeUnreadable(path);
    expect(examine(id)).toEqual({
      status: 'note',
      found: 'can not be read',
      advice: `/${path} is not for this user to read: see as root.`,
    });
  });
});

describe('KSM', () => {
  it('is unmerged where pages are shared, also when it runs no more', () => {
    for (const run of ['0\n', '1\n']) {
      root.write({ 'sys/kernel/mm/ksm/run': run, 'sys/kernel/mm/ksm/pages_sharing': '77\n' });
      const verdict = examine('memory.ksm');
      expect(verdict).toMatchObject({ status: 'fail', changes: [{ to: '2' }] });
      expect(verdict.found).toContain('77 pages are shared');
    }
  });
});

describe('sysctls', () => {
  it('of perf are written 100 by option, the rate while the percentage is 25', () => {
    root.write({
      'proc/sys/kernel/perf_cpu_time_max_percent': '25\n',
      'proc/sys/kernel/perf_event_max_sample_rate': '1\n',
    });
    expect(examine('kernel.perf_cpu_time_max_percent', { perfPercent: 100 }).changes).toMatchObject([
      { to: '100' },
    ]);
    expect(examine('kernel.perf_event_max_sample_rate').changes).toMatchObject([
      { while: { path: '/proc/sys/kernel/perf_cpu_time_max_percent', value: '25' } },
    ]);
    expect(examine('kernel.perf_event_max_sample_rate').keep).toEqual([
      {
        file: 'sysctl',
        lines: ['kernel.perf_cpu_time_max_percent = 25', 'kernel.perf_event_max_sample_rate = 146500'],
      },
    ]);
  });

  it('leave NUMA balancing alone until everything is pinned', () => {
    root.write({ 'proc/sys/kernel/numa_balancing': '1\n' });
    const id = 'kernel.numa_balancing';
    expect(examine(id)).toEqual({ status: 'ok', found: '1' });
    expect(examine(id, { needs: noNeeds })).toEqual({ status: 'ok', found: '1' });
    expect(examine(id, { needs: { ...noNeeds, pinned: true } })).toMatchObject({
      status: 'warn',
      changes: [{ to: '0' }],
    });
  });

  it('leave the watchdogs to the other profiles', () => {
    root.write({ 'proc/sys/kernel/nmi_watchdog': '1\n', 'proc/sys/vm/stat_interval': '1\n' });
    expect(examine('kernel.nmi_watchdog', { profile: 'secure' })).toEqual({ status: 'ok', found: '1' });
    expect(examine('vm.stat_interval', { profile: 'secure' }).status).toBe('warn');
    expect(examine('vm.stat_interval', { profile: 'desktop' })).toEqual({ status: 'ok', found: '1' });
  });
});

describe('frequencies', () => {
  const cpus = (files: Files) => {
    writeHost(root.path, notesMachine());
    root.write(frequencyFiles(files));
  };

  it('of a governor other than performance are raised on every CPU, whatever their number', () => {
    cpus({ scaling_driver: 'acpi-cpufreq', scaling_governor: 'ondemand' });
    root.write({ 'sys/devices/system/cpu/cpu7/cpufreq/scaling_governor': 'performance\n' });
    const verdict = examine('cpu.governor');
    expect(verdict).toMatchObject({
      status: 'warn',
      found: 'ondemand on 0-6,8-19, performance on 7',
      keep: [
        {
          file: 'tmpfiles',
          lines: ['w- /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor - - - - performance'],
        },
      ],
    });
    expect(verdict.changes).toHaveLength(19);
    expect(examine('cpu.governor', { profile: 'desktop' })).toEqual({ status: 'ok', found: verdict.found });
  });

  it('are right with performance everywhere', () => {
    cpus({ scaling_governor: 'performance', energy_performance_preference: 'performance' });
    expect(examine('cpu.governor')).toMatchObject({ status: 'ok', changes: [] });
    expect(examine('cpu.energy-preference')).toMatchObject({ status: 'ok', changes: [] });
  });

  it('tell the drivers apart', () => {
    for (const [driver, file, mode, found] of [
      ['intel_pstate', 'intel_pstate', 'active', 'intel_pstate on 0-19 (active)'],
      ['amd-pstate-epp', 'amd_pstate', 'active', 'amd-pstate-epp on 0-19 (active)'],
      ['acpi-cpufreq', 'none', '', 'acpi-cpufreq on 0-19'],
    ] as const) {
      cpus({ scaling_driver: driver });
      if (file !== 'none') root.write({ [`sys/devices/system/cpu/${file}/status`]: `${mode}\n` });
      expect(examine('cpu.frequency-driver')).toEqual({ status: 'ok', found });
      if (file !== 'none') root.remove(`sys/devices/system/cpu/${file}`);
    }
    expect(examine('cpu.energy-preference')).toEqual({ status: 'ok', found: 'none with this driver' });
  });

  it.each([
    [{ base_frequency: '3300000', scaling_max_freq: '4500000' }, '3300000'],
    [{ base_frequency: '3300000', scaling_max_freq: '2000000' }, '2000000'],
    [{ scaling_max_freq: '4500000' }, '4500000'],
  ])('have a floor with %j of %s', (files, floor) => {
    cpus({ ...files, scaling_min_freq: '1200000' });
    const verdict = examine('cpu.min-frequency');
    expect(verdict).toMatchObject({ status: 'warn', wanted: `at least ${floor}` });
    expect(new Set(verdict.changes?.map((change) => 'to' in change && change.to))).toEqual(new Set([floor]));
    cpus({ ...files, scaling_min_freq: floor });
    expect(examine('cpu.min-frequency')).toMatchObject({ status: 'ok', changes: [] });
  });

  it('of which the floor is that of CPPC where there is no base frequency', () => {
    cpus({ scaling_min_freq: '400000', scaling_max_freq: '5000000' });
    for (let cpu = 0; cpu < 20; cpu++)
      root.write({ [`sys/devices/system/cpu/cpu${cpu}/acpi_cppc/nominal_freq`]: '3400\n' });
    expect(examine('cpu.min-frequency').wanted).toBe('at least 3400000');
  });

  it('that read 0 are explained', () => {
    cpus({ scaling_cur_freq: '0' });
    const verdict = examine('cpu.frequency');
    expect(verdict).toMatchObject({ status: 'note', found: '0 kHz' });
    expect(verdict.advice).toMatch(/^0: the driver has measured nothing/);
    root.write({ 'sys/devices/system/cpu/cpu3/cpufreq/scaling_cur_freq': '4500000\n' });
    expect(examine('cpu.frequency').found).toBe('0 to 4500000 kHz');
    cpus({ scaling_cur_freq: '3000000' });
    expect(examine('cpu.frequency')).toEqual({ status: 'ok', found: '3000000 kHz' });
  });

  it('are not to be had in a virtual machine', () => {
    writeHost(root.path, notesMachine());
    for (let cpu = 0; cpu < 20; cpu++) root.remove(`sys/devices/system/cpu/cpu${cpu}/cpufreq`);
    for (const id of [
      'cpu.governor',
      'cpu.min-frequency',
      'cpu.frequency',
      'cpu.frequency-driver',
      'cpu.energy-preference',
    ]) {
      root.write({ 'proc/cpuinfo': 'flags\t\t: fpu hypervisor\n' });
      expect(examine(id)).toEqual({ status: 'ok', found: 'no cpufreq here (virtual machine)' });
      root.write({ 'proc/cpuinfo': 'flags\t\t: fpu\n' });
      expect(examine(id)).toMatchObject({ status: 'note', found: 'no cpufreq here' });
    }
  });

  it('that cannot be read are a note', () => {
    cpus({ scaling_governor: 'performance', scaling_cur_freq: '1' });
    root.makeUnreadable('sys/devices/system/cpu/cpu4/cpufreq/scaling_governor');
    expect(examine('cpu.governor')).toMatchObject({
      status: 'note',
      found: 'performance on 0-3,5-19, unreadable on 4',
      changes: [],
    });
  });
});
