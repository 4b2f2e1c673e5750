/** The frequency of the CPUs: driver, governor, floor, energy preference (Documentation/admin-guide/pm/cpufreq, intel_pstate, amd-pstate). */
import { wholeNumber } from '../parse.js';
import { byCpu, type CpuReading, readEachCpu, valueChange } from './reading.js';
import { defineSetting, exceptDesktop, type Machine, type Setting, type Verdict } from './setting.js';

const tmpfilesLine = (file: string, value: string) =>
  `w- /sys/devices/system/cpu/cpu*/cpufreq/${file} - - - - ${value}`;

/** What the folder cpufreq of each CPU says; CPUs without it are left out. */
interface FrequencyFacts {
  readonly readings: readonly CpuReading[];
  readonly virtual: boolean;
}

function readFrequency(machine: Machine, file: string): FrequencyFacts {
  const all = readEachCpu(machine, `cpufreq/${file}`);
  return {
    readings: all.filter(({ reading }) => reading.state !== 'absent'),
    virtual: machine.facts.cpuFlags?.includes('hypervisor') ?? false,
  };
}

function noFrequency({ virtual }: FrequencyFacts): Verdict {
  return virtual
    ? { status: 'ok', found: 'no cpufreq here (virtual machine)' }
    : {
        status: 'note',
        found: 'no cpufreq here',
        advice: 'The firmware sets the frequency by itself: look for its power profile.',
      };
}

/** One word for all CPUs. */
function judgeWord(facts: FrequencyFacts, file: string, wanted: string, advice: string): Verdict {
  const { readings } = facts;
  if (readings.length === 0) return noFrequency(facts);
  const wrong = readings.filter(({ reading }) => reading.state === 'value' && reading.value !== wanted);
  const unread = readings.some(({ reading }) => reading.state === 'unreadable');
  return {
    status: wrong.length > 0 ? 'warn' : unread ? 'note' : 'ok',
    found: byCpu(readings),
    wanted: `${wanted} on every CPU`,
    ...(wrong.length > 0 ? { advice } : unread ? { advice: 'Not all of it can be read: see as root.' } : {}),
    changes: wrong.flatMap(({ reading }) => valueChange(reading, wanted)),
    keep: [{ file: 'tmpfiles', lines: [tmpfilesLine(file, wanted)] }],
  };
}

const pmDoc = 'Linux: Documentation/admin-guide/pm';

const driver = defineSetting<FrequencyFacts & { readonly mode: string | null }>({
  id: 'cpu.frequency-driver',
  group: 'CPU',
  what: 'the driver that sets frequencies',
  why: 'intel_pstate, amd_pstate and acpi-cpufreq understand governors differently: with the first two in active mode the processor chooses by itself.',
  reads: 'cpufreq/scaling_driver; intel_pstate/status, amd_pstate/status',
  wants: 'nothing in particular',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: `${pmDoc}/intel_pstate, amd-pstate`,
  read(machine) {
    const text = (name: string) => machine.root.text(`/sys/devices/system/cpu/${name}/status`)?.trim();
    return {
      ...readFrequency(machine, 'scaling_driver'),
      mode: text('intel_pstate') ?? text('amd_pstate') ?? null,
    };
  },
  judge(facts) {
    if (facts.readings.length === 0) return noFrequency(facts);
    const mode = facts.mode === null ? '' : ` (${facts.mode})`;
    return { status: 'ok', found: `${byCpu(facts.readings)}${mode}` };
  },
});

const energy = defineSetting<FrequencyFacts & { readonly driven: boolean }>({
  id: 'cpu.energy-preference',
  group: 'CPU',
  what: 'what the processor prefers where it chooses the frequency itself',
  why: 'In active mode the processor weighs speed against energy by this word, whatever the governor says.',
  reads: 'cpufreq/energy_performance_preference of every CPU',
  wants: '`performance`; absent with drivers that have none',
  applied: 'written, before the governor: under the governor performance intel_pstate refuses other words',
  kept: 'tmpfiles.d',
  undone: 'the word before is written back, after the governor',
  risk: 'more power and heat',
  source: `${pmDoc}/intel_pstate: Energy vs Performance Hints`,
  profiles: exceptDesktop,
  read: (machine) => ({
    ...readFrequency(machine, 'energy_performance_preference'),
    driven: readFrequency(machine, 'scaling_driver').readings.length > 0,
  }),
  judge(facts) {
    if (facts.readings.length === 0 && facts.driven) return { status: 'ok', found: 'none with this driver' };
    return judgeWord(
      facts,
      'energy_performance_preference',
      'performance',
      'vm host tune --only cpu.energy-preference',
    );
  },
});

const governor = defineSetting<FrequencyFacts>({
  id: 'cpu.governor',
  group: 'CPU',
  what: 'how the frequency follows the load',
  why: 'powersave and the like raise the frequency only after a vCPU has waited for it; performance keeps it up.',
  reads: 'cpufreq/scaling_governor of every CPU',
  wants: '`performance` on every CPU',
  applied: 'written to every CPU',
  kept: 'tmpfiles.d, one line for all CPUs, whatever their number',
  risk: 'more power and heat; a machine that throttles by temperature can become slower',
  source: `the notes; ${pmDoc}/cpufreq: Generic Scaling Governors`,
  profiles: exceptDesktop,
  read: (machine) => readFrequency(machine, 'scaling_governor'),
  judge: (facts) => judgeWord(facts, 'scaling_governor', 'performance', 'vm host tune --only cpu.governor'),
});

interface FloorFacts extends FrequencyFacts {
  /** Kilohertz by CPU, of those whose floor can be told. */
  readonly floors: ReadonlyMap<number, number>;
}

/** The frequency that every core can hold: that of the label, else the highest that the driver names. Never above what is allowed now. */
function readFloors(machine: Machine, facts: FrequencyFacts): ReadonlyMap<number, number> {
  const floors = new Map<number, number>();
  for (const { cpu } of facts.readings) {
    const folder = `/sys/devices/system/cpu/cpu${cpu}`;
    const kilohertz = (name: string) => wholeNumber(machine.root.text(`${folder}/cpufreq/${name}`));
    const nominal = wholeNumber(machine.root.text(`${folder}/acpi_cppc/nominal_freq`)) || null;
    const base =
      kilohertz('base_frequency') ??
      (nominal === null ? null : nominal * 1000) ??
      kilohertz('cpuinfo_max_freq');
    const ceiling = kilohertz('scaling_max_freq');
    if (base !== null) floors.set(cpu, Math.min(base, ceiling ?? base));
  }
  return floors;
}

const floor = defineSetting<FloorFacts>({
  id: 'cpu.min-frequency',
  group: 'CPU',
  what: 'the floor under the frequency',
  why: 'A core that fell to its lowest frequency takes time to come up again; with a floor VMs start from a good one.',
  reads: 'cpufreq/scaling_min_freq of every CPU',
  wants:
    'at least base_frequency, else the nominal frequency of CPPC, else cpuinfo_max_freq; never above scaling_max_freq',
  applied: 'written to every CPU',
  kept: 'tmpfiles.d, where the floor is the same on every CPU',
  risk: 'more power and heat',
  source: `the notes; ${pmDoc}/cpufreq: scaling_min_freq`,
  profiles: exceptDesktop,
  read(machine) {
    const facts = readFrequency(machine, 'scaling_min_freq');
    return { ...facts, floors: readFloors(machine, facts) };
  },
  judge(facts) {
    if (facts.readings.length === 0) return noFrequency(facts);
    const low = facts.readings.flatMap(({ cpu, reading }) => {
      const wanted = facts.floors.get(cpu);
      const now = reading.state === 'value' ? wholeNumber(reading.value) : null;
      return wanted !== undefined && now !== null && now < wanted ? [{ reading, wanted }] : [];
    });
    const floors = [...new Set(facts.floors.values())];
    const [one] = floors;
    return {
      status: low.length > 0 ? 'warn' : 'ok',
      found: `${byCpu(facts.readings)} (kHz)`,
      ...(one === undefined ? {} : { wanted: `at least ${floors.join(' or ')}` }),
      ...(low.length > 0 ? { advice: 'vm host tune --only cpu.min-frequency' } : {}),
      changes: low.flatMap(({ reading, wanted }) => valueChange(reading, `${wanted}`)),
      ...(one !== undefined && floors.length === 1
        ? { keep: [{ file: 'tmpfiles', lines: [tmpfilesLine('scaling_min_freq', `${one}`)] }] }
        : {}),
    };
  },
});

const current = defineSetting<FrequencyFacts>({
  id: 'cpu.frequency',
  group: 'CPU',
  what: 'the frequency now',
  why: 'It shows what governor and floor achieve; 0 means that the driver has measured nothing on that CPU yet (it slept, or the driver cannot), not that the CPU stands still.',
  reads: 'cpufreq/scaling_cur_freq of every CPU',
  wants: 'nothing in particular',
  applied: null,
  kept: null,
  risk: 'none: it is only told',
  source: `the notes; ${pmDoc}/cpufreq: scaling_cur_freq`,
  read: (machine) => readFrequency(machine, 'scaling_cur_freq'),
  judge(facts) {
    if (facts.readings.length === 0) return noFrequency(facts);
    const values = facts.readings.flatMap(
      ({ reading }) => (reading.state === 'value' ? wholeNumber(reading.value) : null) ?? [],
    );
    if (values.length === 0) return { status: 'note', found: 'can not be read' };
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const found = low === high ? `${low} kHz` : `${low} to ${high} kHz`;
    if (low > 0) return { status: 'ok', found };
    return {
      status: 'note',
      found,
      advice:
        '0: the driver has measured nothing there yet, not that the CPU stands still. A load on it shows its frequency.',
    };
  },
});

/** The energy preference comes before the governor, and is so undone after it. */
export const frequencySettings: readonly Setting[] = [driver, energy, governor, floor, current];
