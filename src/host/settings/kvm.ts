/** Parameters of the KVM modules (Documentation/virt/kvm/x86, Documentation/admin-guide/kernel-parameters: kvm.*). */
import { wholeNumber } from '../parse.js';
import { absence, type Reading, readValue, unreadable, valueChange } from './reading.js';
import { defineSetting, type Machine, type Setting, type Verdict } from './setting.js';

type VendorModule = 'kvm_intel' | 'kvm_amd';

/** The module of this CPU: the one that is loaded, else by the vendor. */
function vendorModule({ root, facts }: Machine): VendorModule | null {
  for (const name of ['kvm_intel', 'kvm_amd'] as const) {
    if (root.isFolder(`/sys/module/${name}/parameters`)) return name;
  }
  return facts.vendor === 'intel' ? 'kvm_intel' : facts.vendor === 'amd' ? 'kvm_amd' : null;
}

interface ModuleFacts {
  readonly module: VendorModule | null;
  readonly value: Reading;
}

function readModule(machine: Machine, parameters: Record<VendorModule, string>): ModuleFacts {
  const module = vendorModule(machine);
  // Where there is neither, none of them is there.
  const name = module ?? 'kvm_intel';
  return { module, value: readValue(machine.root, `/sys/module/${name}/parameters/${parameters[name]}`) };
}

function notLoaded(module: VendorModule | null, value: Reading): Verdict {
  const words = module === null ? 'no module of KVM is loaded' : `${module} is not loaded`;
  return { status: 'note', found: value.state === 'absent' ? absence(value, words) : words };
}

const isOn = (value: string) => value === 'Y' || value === '1';
const source = 'Linux: Documentation/admin-guide/kernel-parameters';

const nested = defineSetting<ModuleFacts>({
  id: 'kvm.nested',
  group: 'Virtualisation',
  what: 'virtualisation inside guests',
  why: 'A guest that is to run VMs of its own needs vmx or svm, which KVM gives only where this is on.',
  reads: '/sys/module/kvm_intel or kvm_amd/parameters/nested',
  wants: 'on; under the profile secure only where a spec asks for it',
  applied: null,
  kept: 'modprobe.d',
  undone: 'the file of ours is taken away; it holds until the module is loaded anew',
  risk: 'more of KVM can be reached from inside a guest',
  source: `the notes; ${source}: kvm-intel.nested, kvm-amd.nested`,
  read: (machine) => readModule(machine, { kvm_intel: 'nested', kvm_amd: 'nested' }),
  judge({ module, value }, { profile, needs }) {
    if (value.state === 'unreadable') return unreadable(value);
    if (value.state !== 'value' || module === null) return notLoaded(module, value);
    const on = isOn(value.value);
    const found = `${module}: ${on ? 'on' : 'off'}`;
    if (profile === 'secure' && needs?.nested !== true) return { status: 'ok', found };
    const keep = [{ file: 'modprobe', lines: [`options ${module} nested=1`] }] as const;
    return on
      ? { status: 'ok', found, wanted: 'on', keep }
      : {
          status: 'warn',
          found,
          wanted: 'on',
          advice: `vm host tune --persist --only kvm.nested, then with no VM running: modprobe -r ${module} && modprobe ${module}`,
          keep,
          reboot: `${module} nested=1, when the module is loaded anew`,
        };
  },
});

const ignoreMsrs = defineSetting<Reading>({
  id: 'kvm.ignore-msrs',
  group: 'Virtualisation',
  what: 'what a guest gets that reads a register which KVM does not know',
  why: 'An error, as from a real CPU, or with ignore_msrs a zero: a few systems start only with that, and others take the zero for the truth.',
  reads: '/sys/module/kvm/parameters/ignore_msrs',
  wants: 'off; nothing is changed, since only you know your guests',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: `${source}: kvm.ignore_msrs`,
  read: ({ root }) => readValue(root, '/sys/module/kvm/parameters/ignore_msrs'),
  judge(value) {
    if (value.state === 'unreadable') return unreadable(value);
    if (value.state === 'absent') return { status: 'note', found: absence(value, 'kvm is not loaded') };
    return isOn(value.value)
      ? {
          status: 'note',
          found: 'on',
          wanted: 'off',
          advice: 'Right only for a guest that does not start without.',
        }
      : { status: 'ok', found: 'off', wanted: 'off' };
  },
});

/** The kernel's default on x86, in nanoseconds. */
const haltPoll = 200_000;

const haltPolling = defineSetting<Reading>({
  id: 'kvm.halt-polling',
  group: 'Virtualisation',
  what: 'how long KVM waits for work before it lets a halted vCPU sleep',
  why: 'A vCPU that is woken within that time starts at once; on a CPU of its own the waiting costs nobody anything.',
  reads: '/sys/module/kvm/parameters/halt_poll_ns',
  wants: `at least ${haltPoll} ns, the kernel's default`,
  applied: 'written where it is less',
  kept: 'modprobe.d',
  risk: 'idle guests take CPU time that others could use',
  source: 'Linux: Documentation/virt/kvm/halt-polling',
  profiles: ['performance', 'secure'],
  read: ({ root }) => readValue(root, '/sys/module/kvm/parameters/halt_poll_ns'),
  judge(value) {
    if (value.state === 'unreadable') return unreadable(value);
    if (value.state === 'absent') return { status: 'note', found: absence(value, 'kvm is not loaded') };
    const right = (wholeNumber(value.value) ?? 0) >= haltPoll;
    return {
      status: right ? 'ok' : 'warn',
      found: `${value.value} ns`,
      wanted: `at least ${haltPoll} ns`,
      ...(right ? {} : { advice: 'vm host tune --only kvm.halt-polling' }),
      changes: right ? [] : valueChange(value, `${haltPoll}`),
      keep: [{ file: 'modprobe', lines: [`options kvm halt_poll_ns=${right ? value.value : haltPoll}`] }],
    };
  },
});

function judgePle({ module, value }: ModuleFacts, pinned: boolean): Verdict {
  if (value.state === 'unreadable') return unreadable(value);
  if (value.state !== 'value' || module === null) return notLoaded(module, value);
  const name = module === 'kvm_intel' ? 'ple_gap' : 'pause_filter_count';
  const found = `${name} ${value.value}`;
  if (!pinned || value.value === '0') return { status: 'ok', found };
  return {
    status: 'note',
    found,
    wanted: '0: every vCPU has a CPU for itself',
    advice: `The exits help only where vCPUs share CPUs; without: options ${module} ${name}=0 in modprobe.d.`,
  };
}

const ple = defineSetting<ModuleFacts>({
  id: 'kvm.ple',
  group: 'Virtualisation',
  what: 'exits of vCPUs that spin on a lock (pause-loop exiting)',
  why: 'They let the holder of the lock run where vCPUs share a CPU; where each has its own they are only exits.',
  reads: '/sys/module/kvm_intel/parameters/ple_gap or kvm_amd/parameters/pause_filter_count',
  wants: 'nothing in particular; 0 where every vCPU is pinned',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: 'Linux: arch/x86/kvm/vmx/vmx.c, svm/svm.c: module parameters',
  read: (machine) => readModule(machine, { kvm_intel: 'ple_gap', kvm_amd: 'pause_filter_count' }),
  judge: (facts, { needs }) => judgePle(facts, needs?.pinned ?? false),
});

export const kvmSettings: readonly Setting[] = [nested, ignoreMsrs, haltPolling, ple];
