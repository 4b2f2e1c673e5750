/** Machines as folders, made by hand: what the settings of the host read, as the kernel shows it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notesMachine, writeHost, writeTree } from './hosts.js';

export type Files = Readonly<Record<string, string>>;

/** A folder that stands for a machine; what it holds can be compared file by file. */
export class FakeRoot {
  readonly path = mkdtempSync(join(tmpdir(), 'vm-root-'));

  constructor(files: Files = {}) {
    this.write(files);
  }

  write(files: Files): this {
    writeTree(this.path, files);
    return this;
  }

  text(path: string): string {
    return readFileSync(join(this.path, path), 'utf8');
  }

  /** A folder where a file is to be: it is there, and nobody can read it, root neither. */
  makeUnreadable(path: string): void {
    rmSync(join(this.path, path), { recursive: true });
    mkdirSync(join(this.path, path));
  }

  remove(...paths: string[]): void {
    for (const path of paths) rmSync(join(this.path, path), { recursive: true });
  }

  /** Every file with its text, every empty folder. */
  snapshot(): Record<string, string> {
    const entries = readdirSync(this.path, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      entries
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          return [
            path.slice(this.path.length + 1),
            entry.isFile() ? readFileSync(path, 'utf8') : '',
          ] as const;
        })
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  dispose(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The files cpufreq of each of the 20 CPUs of the notes' machine. */
export function frequencyFiles(files: Readonly<Record<string, string>>): Files {
  const all: Record<string, string> = {};
  for (let cpu = 0; cpu < 20; cpu++) {
    for (const [name, text] of Object.entries(files))
      all[`sys/devices/system/cpu/cpu${cpu}/cpufreq/${name}`] = `${text}\n`;
  }
  return all;
}

export const thp = 'sys/kernel/mm/transparent_hugepage';

/** Everything that the running kernel lets one change, as the notes found it or worse. */
const wrong: Files = {
  ...frequencyFiles({
    scaling_driver: 'intel_pstate',
    scaling_governor: 'powersave',
    energy_performance_preference: 'balance_performance',
    scaling_min_freq: '1200000',
    scaling_max_freq: '4500000',
    base_frequency: '3300000',
    scaling_cur_freq: '0',
  }),
  'sys/devices/system/cpu/intel_pstate/status': 'active\n',
  'sys/kernel/mm/ksm/run': '1\n',
  'sys/kernel/mm/ksm/pages_sharing': '0\n',
  [`${thp}/enabled`]: 'always madvise [never]\n',
  [`${thp}/defrag`]: '[always] defer defer+madvise madvise never\n',
  [`${thp}/khugepaged/defrag`]: '0\n',
  'sys/module/kvm/parameters/halt_poll_ns': '0\n',
  'proc/sys/kernel/perf_event_max_sample_rate': '100000\n',
  'proc/sys/kernel/perf_cpu_time_max_percent': '25\n',
  'proc/sys/kernel/numa_balancing': '1\n',
  'proc/sys/vm/swappiness': '60\n',
  'proc/sys/vm/stat_interval': '1\n',
  'proc/sys/kernel/nmi_watchdog': '1\n',
  'proc/sys/kernel/soft_watchdog': '1\n',
  'proc/sys/kernel/sched_min_granularity_ns': '3000000\n',
  'proc/sys/kernel/sched_wakeup_granularity_ns': '4000000\n',
  'proc/sys/kernel/sched_migration_cost_ns': '500000\n',
  'proc/sys/kernel/sched_autogroup_enabled': '1\n',
};

/** What only a boot, a module loaded anew or the administrator changes. */
const rest: Files = {
  'proc/cmdline': 'BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 quiet\n',
  'proc/cpuinfo': `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu pse pdpe1gb vmx constant_tsc nonstop_tsc cat_l3\n`,
  'proc/meminfo': 'MemTotal: 67108864 kB\nMemAvailable: 60000000 kB\nHugepagesize: 2048 kB\n',
  'proc/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n',
  'proc/filesystems': 'nodev\tresctrl\n',
  'proc/interrupts': '  0:  1  IO-APIC  2-edge  timer\n',
  'sys/fs/cgroup/cgroup.controllers': 'cpuset cpu memory\n',
  'sys/firmware/acpi/tables/DMAR': '',
  'sys/module/kvm_intel/parameters/nested': 'N\n',
  'sys/module/kvm_intel/parameters/ple_gap': '128\n',
  'sys/module/kvm/parameters/ignore_msrs': 'N\n',
  'sys/module/vhost_net/parameters/experimental_zcopytx': '0\n',
  'sys/devices/system/clocksource/clocksource0/current_clocksource': 'tsc\n',
  'sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc hpet acpi_pm\n',
  'sys/devices/system/cpu/smt/control': 'on\n',
  'sys/devices/system/cpu/smt/active': '1\n',
  'sys/devices/system/cpu/nohz_full': '(null)\n',
  'sys/devices/system/cpu/vulnerabilities/meltdown': 'Mitigation: PTI\n',
  'dev/kvm': '',
  'dev/vhost-net': '',
  'usr/sbin/update-grub': '',
  'usr/sbin/irqbalance': '',
};

/** A pool of huge pages of node 0. */
export function poolFiles(kilobytes: number, total: number, free: number): Files {
  const folder = `sys/devices/system/node/node0/hugepages/hugepages-${kilobytes}kB`;
  return { [`${folder}/nr_hugepages`]: `${total}\n`, [`${folder}/free_hugepages`]: `${free}\n` };
}

/** What the notes' machine tells of itself besides its CPUs: quick to write. */
export function kernelRoot(): FakeRoot {
  const online = { 'sys/devices/system/cpu/online': '0-19\n' };
  return new FakeRoot({ ...rest, ...online, ...poolFiles(2048, 0, 0), ...poolFiles(1048576, 0, 0) });
}

/** The machine of the notes: 20 CPUs, siblings n and n+10, and nothing as the notes want it. */
export function notesRoot(): FakeRoot {
  const root = new FakeRoot();
  writeHost(root.path, notesMachine());
  return root.write({ ...wrong, ...rest, ...poolFiles(2048, 0, 0), ...poolFiles(1048576, 0, 0) });
}

/** The same with two CPUs, and so with few files: quick to write and to change. */
export function smallWrongRoot(): FakeRoot {
  const few = Object.entries(wrong).filter(([path]) => !/\/cpu(?:[2-9]|1\d)\//.test(path));
  return kernelRoot().write({ ...Object.fromEntries(few), 'sys/devices/system/cpu/online': '0-1\n' });
}
