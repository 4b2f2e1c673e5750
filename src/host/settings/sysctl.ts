/** One sysctl (Documentation/admin-guide/sysctl): its value, what is right, what is written. */
import { absence, type Reading, readValue, unreadable } from './reading.js';
import {
  type Aim,
  defineSetting,
  type HostProfile,
  type Setting,
  type ValueChange,
  type Verdict,
} from './setting.js';

interface Sysctl {
  /** `vm.swappiness` */
  readonly name: string;
  readonly what: string;
  readonly why: string;
  readonly wants: string;
  readonly risk: string;
  readonly source: string;
  readonly profiles?: readonly HostProfile[];
  /** Not every kernel has it. */
  readonly optional?: true;
  /** Values that are right as they are. Pure. */
  accepts(value: number, aim: Aim): boolean;
  /** What is written else; null: nothing is wanted for this aim. Pure. */
  target(aim: Aim): number | null;
  readonly while?: ValueChange['while'];
  /** Lines of sysctl.d that must come before. */
  readonly before?: readonly string[];
}

export function sysctlPath(name: string): string {
  return `/proc/sys/${name.replaceAll('.', '/')}`;
}

function judgeSysctl(sysctl: Sysctl, reading: Reading, aim: Aim): Verdict {
  if (reading.state === 'unreadable') return unreadable(reading);
  if (reading.state === 'absent')
    return { status: sysctl.optional ? 'ok' : 'note', found: absence(reading, 'not in this kernel') };
  const target = sysctl.target(aim);
  if (target === null) return { status: 'ok', found: reading.value };
  const right = sysctl.accepts(Number(reading.value), aim);
  const kept = right ? reading.value : `${target}`;
  const change: ValueChange = {
    kind: 'value',
    path: reading.path,
    from: reading.value,
    to: `${target}`,
    ...(sysctl.while ? { while: sysctl.while } : {}),
  };
  return {
    status: right ? 'ok' : 'warn',
    found: reading.value,
    wanted: sysctl.wants.replaceAll('`', ''),
    ...(right ? {} : { advice: `vm host tune --only ${sysctl.name}` }),
    changes: right ? [] : [change],
    keep: [{ file: 'sysctl', lines: [...(sysctl.before ?? []), `${sysctl.name} = ${kept}`] }],
  };
}

export function defineSysctl(sysctl: Sysctl): Setting {
  return defineSetting<Reading>({
    id: sysctl.name,
    group: 'Kernel',
    what: sysctl.what,
    why: sysctl.why,
    reads: sysctlPath(sysctl.name),
    wants: sysctl.wants,
    applied: sysctl.while ? `written, while ${sysctl.while.path} holds ${sysctl.while.value}` : 'written',
    kept: 'sysctl.d',
    risk: sysctl.risk,
    source: sysctl.source,
    ...(sysctl.profiles ? { profiles: sysctl.profiles } : {}),
    read: ({ root }) => readValue(root, sysctlPath(sysctl.name)),
    judge: (reading, aim) => judgeSysctl(sysctl, reading, aim),
  });
}
