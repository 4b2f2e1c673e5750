/** What the processors are and how they were started: told, never changed. */
import { formatCpuList } from '../../units.js';
import { kernelWord, kernelWords, readValue, unreadable } from './reading.js';
import { defineSetting, type Setting } from './setting.js';

const smt = defineSetting({
  id: 'cpu.smt',
  group: 'CPU',
  what: 'simultaneous multithreading',
  why: 'Siblings share a core, its caches and its side channels; placement gives a core to one VM.',
  reads: '/sys/devices/system/cpu/smt/control and active',
  wants: 'nothing in particular: switching it off halves the CPUs',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: 'Linux: Documentation/ABI/testing/sysfs-devices-system-cpu',
  read: ({ root }) => ({
    control: readValue(root, '/sys/devices/system/cpu/smt/control'),
    active: root.text('/sys/devices/system/cpu/smt/active')?.trim(),
  }),
  judge({ control, active }) {
    if (control.state === 'unreadable') return unreadable(control);
    if (control.state === 'absent') return { status: 'note', found: 'not told by this kernel' };
    const inUse = active === '1' ? 'siblings are in use' : 'no siblings are in use';
    return { status: 'ok', found: `${control.value}, ${inUse}` };
  },
});

const mitigations = defineSetting({
  id: 'cpu.mitigations',
  group: 'CPU',
  what: 'what the kernel was told about mitigations',
  why: 'mitigations=off is faster and lets guests read what is not theirs: whose guests they are is not ours to know.',
  reads: '/proc/cmdline: mitigations=',
  wants: 'not `off`',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: 'Linux: Documentation/admin-guide/kernel-parameters: mitigations=',
  read: kernelWords,
  judge(words) {
    if (words === null) return { status: 'note', found: 'the command line of the kernel is not here' };
    const value = kernelWord(words, 'mitigations');
    if (value === undefined) return { status: 'ok', found: "the kernel's own (auto)" };
    if (value.split(',').includes('off'))
      return {
        status: 'warn',
        found: value,
        wanted: 'auto',
        advice: 'Right only where every guest may know everything: vm leaves it to you.',
      };
    const partly = value.split(',').some((word) => word.startsWith('no_'));
    return partly
      ? { status: 'note', found: value, advice: 'Some walls are left out: vm leaves it to you.' }
      : { status: 'ok', found: value };
  },
});

const folder = '/sys/devices/system/cpu/vulnerabilities';

const vulnerabilities = defineSetting({
  id: 'cpu.vulnerabilities',
  group: 'CPU',
  what: "the kernel's list of what this processor is open to",
  why: 'A guest may use what the host is open to.',
  reads: folder,
  wants: 'none that begins with Vulnerable',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: 'Linux: Documentation/admin-guide/hw-vuln',
  read: ({ root }) =>
    root.names(folder).map((name) => ({ name, text: root.text(`${folder}/${name}`)?.trim() ?? '' })),
  judge(list) {
    if (list.length === 0) return { status: 'note', found: 'not told by this kernel' };
    const open = list.filter(({ text }) => /^(?:[^:]*: )?Vulnerable/.test(text)).map(({ name }) => name);
    if (open.length === 0) return { status: 'ok', found: `none of ${list.length}` };
    return {
      status: 'warn',
      found: open.join(', '),
      wanted: `none of ${list.length}`,
      advice: `Newer microcode or another kernel may help: ${folder} says how each stands.`,
    };
  },
});

const clock = defineSetting({
  id: 'cpu.clock-source',
  group: 'CPU',
  what: 'the clock that the kernel reads',
  why: 'The time stamp counter is read in nanoseconds and without leaving the guest; hpet and acpi_pm are slow.',
  reads: '/sys/devices/system/clocksource/clocksource0',
  wants: '`tsc`, or `kvm-clock` inside a VM',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: 'Linux: Documentation/timers/timekeeping',
  read: ({ root }) => ({
    current: readValue(root, '/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    available: root.text('/sys/devices/system/clocksource/clocksource0/available_clocksource')?.trim() ?? '',
  }),
  judge({ current, available }) {
    if (current.state === 'unreadable') return unreadable(current);
    if (current.state === 'absent') return { status: 'note', found: 'not told here' };
    const found = `${current.value} (of ${available.split(/\s+/).join(', ')})`;
    const fast =
      current.value === 'tsc' || current.value === 'kvm-clock' || current.value.startsWith('hyperv');
    return fast
      ? { status: 'ok', found, wanted: 'tsc' }
      : {
          status: 'warn',
          found,
          wanted: 'tsc',
          advice: 'The kernel gave up the TSC: "dmesg | grep -i tsc" says why; often the firmware is old.',
        };
  },
});

const tsc = defineSetting({
  id: 'cpu.tsc',
  group: 'CPU',
  what: 'whether the time stamp counter is stable',
  why: 'Guests keep time by it; one that changes its pace or stops makes their clocks jump.',
  reads: '/proc/cpuinfo: constant_tsc, nonstop_tsc',
  wants: 'both',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: 'Linux: Documentation/virt/kvm/x86/timekeeping',
  read: ({ facts }) => facts.cpuFlags,
  judge(flags) {
    if (flags === null) return { status: 'note', found: 'the flags of the CPU are not here' };
    const missing = ['constant_tsc', 'nonstop_tsc'].filter((flag) => !flags.includes(flag));
    return missing.length === 0
      ? { status: 'ok', found: 'constant_tsc, nonstop_tsc' }
      : {
          status: 'warn',
          found: `no ${missing.join(', no ')}`,
          wanted: 'constant_tsc, nonstop_tsc',
          advice: 'Give guests another clock than the TSC.',
        };
  },
});

const online = defineSetting({
  id: 'cpu.online',
  group: 'CPU',
  what: 'CPUs that are switched off',
  why: 'Nothing can be placed on a CPU that is offline.',
  reads: '/sys/devices/system/cpu/cpu*/online',
  wants: 'all online',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: 'Linux: Documentation/core-api/cpu_hotplug',
  read: ({ facts }) => facts.cpus,
  judge(cpus) {
    if (cpus.length === 0) return { status: 'note', found: 'no CPU is shown here' };
    const off = cpus.filter((cpu) => !cpu.online).map(({ cpu }) => cpu);
    const on = cpus.filter((cpu) => cpu.online).map(({ cpu }) => cpu);
    return off.length === 0
      ? { status: 'ok', found: `all online: ${formatCpuList(on)}` }
      : { status: 'note', found: `${formatCpuList(off)} offline, ${formatCpuList(on)} online` };
  },
});

export const cpuSettings: readonly Setting[] = [online, smt, mitigations, vulnerabilities, clock, tsc];
