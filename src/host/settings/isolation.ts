/** CPUs for vCPUs alone: the words of the kernel's command line (Documentation/admin-guide/kernel-parameters), and irqbalance. */
import { formatCpuList } from '../../units.js';
import { kernelCpuList } from '../parse.js';
import type { HostNeeds } from './needs.js';
import { kernelWord, kernelWords } from './reading.js';
import {
  type Aim,
  defineSetting,
  type Fragment,
  type Machine,
  type Setting,
  type Verdict,
} from './setting.js';

interface IsolationFacts {
  /** CPUs for which it holds now, and what shows it; null: unknown. */
  readonly now: readonly number[] | null;
  readonly online: readonly number[];
}

const noNeeds: Verdict = {
  status: 'ok',
  found: 'none',
  advice: 'Name specs, and the CPUs are taken from their placement: vm host check SPEC…',
};

/** `nohz` and `managed_irq` stand before the CPUs of isolcpus. */
function cpusOfWord(value: string | undefined): number[] | null {
  const cpus = value?.replace(/^(?:(?:nohz|domain|managed_irq|io_queue),)+/, '');
  return kernelCpuList(cpus);
}

function onlineCpus({ facts }: Machine): number[] {
  return facts.cpus.filter(({ online }) => online).map(({ cpu }) => cpu);
}

/** What the kernel says that it does, else what it was told. */
function readNow(machine: Machine, file: string | null, word: string): IsolationFacts {
  const shown = file === null ? undefined : machine.root.text(`/sys/devices/system/cpu/${file}`);
  const words = kernelWords(machine);
  const told = words === null ? null : (cpusOfWord(kernelWord(words, word)) ?? []);
  return { now: shown === undefined ? told : (kernelCpuList(shown) ?? []), online: onlineCpus(machine) };
}

function judgeSet(
  facts: IsolationFacts,
  { needs }: Aim,
  word: string,
  wanted: (needs: HostNeeds) => number[],
): Verdict {
  const found = facts.now === null ? 'not told here' : formatCpuList(facts.now) || 'none';
  if (needs === null) return facts.now?.length ? { status: 'ok', found } : { ...noNeeds, found };
  const cpus = wanted(needs);
  if (cpus.length === 0) {
    return { status: 'ok', found, wanted: 'none: no vCPU has a CPU for itself' };
  }
  const missing = cpus.filter((cpu) => !facts.now?.includes(cpu));
  const keep: Fragment[] = [{ file: 'grub', lines: [`${word}=${cpus.join(',')}`] }];
  if (missing.length === 0) return { status: 'ok', found, wanted: cpus.join(','), keep };
  return {
    status: 'warn',
    found,
    wanted: cpus.join(','),
    advice: `Boot with ${word}=${cpus.join(',')} (vm host tune --persist SPEC… writes it).`,
    keep,
    reboot: `${word}=${cpus.join(',')} on the kernel command line`,
  };
}

const kernelParameters = 'Linux: Documentation/admin-guide/kernel-parameters';

const isolcpus = defineSetting<IsolationFacts>({
  id: 'isolcpus',
  group: 'Isolation',
  what: 'CPUs that the scheduler gives to nobody by itself',
  why: 'On them runs only what is pinned there: no other program takes the vCPU its time and its caches.',
  reads: '/sys/devices/system/cpu/isolated',
  wants: 'the CPUs of pinned vCPUs, in the order of the placement of the specs: `1,11,2,12,…`',
  applied: null,
  kept: 'the kernel command line',
  undone: 'the file of ours is taken away; it holds until the next boot',
  risk: 'these CPUs are lost to everything else, also while no VM runs',
  source: `the notes; ${kernelParameters}: isolcpus=`,
  profiles: ['performance', 'secure'],
  read: (machine) => readNow(machine, 'isolated', 'isolcpus'),
  judge: (facts, aim) => judgeSet(facts, aim, 'isolcpus', (needs) => [...needs.isolated]),
});

/** The CPU that boots keeps the time for the others. */
const withoutFirst = ({ isolated }: HostNeeds) => isolated.filter((cpu) => cpu !== 0);

const nohzFull = defineSetting<IsolationFacts>({
  id: 'nohz_full',
  group: 'Isolation',
  what: 'CPUs without a tick while one thread runs',
  why: 'Each tick is an exit of the vCPU, hundreds a second.',
  reads: '/sys/devices/system/cpu/nohz_full',
  wants: 'the CPUs of pinned vCPUs, CPU 0 never',
  applied: null,
  kept: 'the kernel command line',
  undone: 'the file of ours is taken away; it holds until the next boot',
  risk: 'system calls get dearer on these CPUs; needs CONFIG_NO_HZ_FULL',
  source: 'Linux: Documentation/timers/no_hz',
  profiles: ['performance', 'secure'],
  read: (machine) => readNow(machine, 'nohz_full', 'nohz_full'),
  judge: (facts, aim) => judgeSet(facts, aim, 'nohz_full', withoutFirst),
});

const rcuNocbs = defineSetting<IsolationFacts>({
  id: 'rcu_nocbs',
  group: 'Isolation',
  what: "CPUs whose clean-up work of the kernel's RCU is done elsewhere",
  why: 'Callbacks on a CPU interrupt its vCPU at times that nobody chose.',
  reads: '/proc/cmdline',
  wants: 'the CPUs of pinned vCPUs',
  applied: null,
  kept: 'the kernel command line',
  undone: 'the file of ours is taken away; it holds until the next boot',
  risk: 'a little more work for the other CPUs; needs CONFIG_RCU_NOCB_CPU',
  source: `${kernelParameters}: rcu_nocbs=`,
  profiles: ['performance', 'secure'],
  read: (machine) => readNow(machine, null, 'rcu_nocbs'),
  judge: (facts, aim) => judgeSet(facts, aim, 'rcu_nocbs', withoutFirst),
});

const irqaffinity = defineSetting<IsolationFacts>({
  id: 'irqaffinity',
  group: 'Isolation',
  what: 'CPUs that devices interrupt',
  why: "An interrupt on a vCPU's CPU stops the guest for work that is not its own.",
  reads: '/proc/cmdline',
  wants: 'the CPUs that are no pinned vCPU’s',
  applied: null,
  kept: 'the kernel command line',
  undone: 'the file of ours is taken away; it holds until the next boot',
  risk: 'fewer CPUs share the work of fast devices',
  source: `${kernelParameters}: irqaffinity=`,
  profiles: ['performance', 'secure'],
  read: (machine) => readNow(machine, null, 'irqaffinity'),
  judge(facts, { needs }) {
    const found = facts.now === null ? 'not told here' : formatCpuList(facts.now) || 'any';
    if (needs === null) return { ...noNeeds, found };
    if (needs.isolated.length === 0) return { status: 'ok', found, wanted: 'any' };
    const rest = facts.online.filter((cpu) => !needs.isolated.includes(cpu));
    if (rest.length === 0) return { status: 'note', found, advice: 'No CPU is left to the host.' };
    const value = formatCpuList(rest);
    const keep: Fragment[] = [{ file: 'grub', lines: [`irqaffinity=${value}`] }];
    const now = facts.now ?? [];
    const right = now.length > 0 && now.every((cpu) => rest.includes(cpu));
    return right
      ? { status: 'ok', found, wanted: value, keep }
      : {
          status: 'warn',
          found,
          wanted: value,
          advice: `Boot with irqaffinity=${value} (vm host tune --persist SPEC… writes it).`,
          keep,
          reboot: `irqaffinity=${value} on the kernel command line`,
        };
  },
});

const irqbalance = defineSetting({
  id: 'irqbalance',
  group: 'Isolation',
  what: 'irqbalance, which moves interrupts between CPUs',
  why: 'It moves interrupts back to the CPUs of vCPUs, unless it is told which to leave alone; those of isolcpus and nohz_full it leaves alone by itself.',
  reads: '/usr/sbin/irqbalance, /etc/default/irqbalance, our drop-in of its service',
  wants: 'IRQBALANCE_BANNED_CPULIST with the CPUs of pinned vCPUs',
  applied: null,
  kept: 'a drop-in of irqbalance.service (a line in /etc/default/irqbalance would win over it, and is not ours)',
  undone: 'the drop-in is taken away',
  risk: 'fewer CPUs share the work of fast devices',
  source: 'irqbalance(1): IRQBALANCE_BANNED_CPULIST',
  profiles: ['performance', 'secure'],
  read({ root, facts }) {
    const texts = ['/etc/systemd/system/irqbalance.service.d/multiverse.conf', '/etc/default/irqbalance'].map(
      (path) => root.text(path) ?? '',
    );
    const bans = texts.map((text) => /^[^#]*IRQBALANCE_BANNED_CPULIST="?([0-9,-]+)/m.exec(text)?.[1]);
    return {
      installed: root.exists('/usr/sbin/irqbalance'),
      banned: kernelCpuList(bans.findLast((list) => list !== undefined)) ?? [],
      isolated: facts.cpus.filter(({ isolated, nohzFull: still }) => isolated || still).map(({ cpu }) => cpu),
    };
  },
  judge({ installed, banned, isolated }, { needs }) {
    if (!installed) return { status: 'ok', found: 'not installed' };
    const away = banned.length > 0 ? banned : isolated;
    const found =
      away.length === 0 ? 'installed, stays away from no CPU' : `stays away from ${formatCpuList(away)}`;
    const wanted = needs?.isolated ?? [];
    if (wanted.length === 0) return { status: 'ok', found };
    const list = formatCpuList(wanted);
    const keep: Fragment[] = [
      { file: 'irqbalance', lines: ['[Service]', `Environment=IRQBALANCE_BANNED_CPULIST=${list}`] },
    ];
    if (wanted.every((cpu) => away.includes(cpu))) return { status: 'ok', found, wanted: list, keep };
    return {
      status: 'warn',
      found,
      wanted: `stays away from ${list}`,
      advice: 'vm host tune --persist --only irqbalance SPEC…, then systemctl restart irqbalance',
      keep,
    };
  },
});

export const isolationSettings: readonly Setting[] = [isolcpus, nohzFull, rcuNocbs, irqaffinity, irqbalance];
