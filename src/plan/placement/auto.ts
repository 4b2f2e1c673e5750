/** `vcpus: auto`: the best there is, and what it gives up. Pure. */
import type { VcpuPlacement } from '../plan.js';
import { findCores, type Guest } from './attempts.js';
import { describeFound } from './found.js';
import { groupBy, type Machine } from './machine.js';
import type { Reserve } from './reserve.js';
import { floating, floatingCpus, pinned } from './vcpus.js';
import { counted, cpusInWords, firstCoreInWords, holdersInWords } from './words.js';

export interface AutoPlacement {
  readonly vcpus: readonly VcpuPlacement[];
  readonly reserveKept: boolean;
  readonly relaxed: readonly string[];
  readonly reasons: readonly string[];
}

/** Places vCPUs on whole free cores, or what comes nearest. It never fails: at the end they float over what is allowed. */
export function placeAutomatically(guest: Guest, machine: Machine, reserve: Reserve): AutoPlacement {
  const found = findCores(guest, machine, reserve);
  if (found === undefined) return float(guest, machine, reserve);
  return {
    vcpus: found.cpus.map((cpu, vcpu) => pinned(vcpu, cpu, machine)),
    reserveKept: found.attempt.reserveKept,
    ...describeFound(found, guest, machine, reserve),
  };
}

/** Over what is free, or else over what is allowed. */
function float({ vcpus: count }: Guest, machine: Machine, reserve: Reserve): AutoPlacement {
  const kept = new Set(reserve.explicit ? reserve.cpus : []);
  const free = floatingCpus(machine, kept);
  const cpus = free.length > 0 ? free : machine.allowed;
  const relaxed =
    cpus.length === 0
      ? ['the vCPUs float wherever the kernel puts them: the CPUs of this host are unknown']
      : [
          `the vCPUs float over ${cpusInWords(cpus)}: ${counted(count, 'vCPU')} ${count === 1 ? 'does' : 'do'} not fit on ${whereInWords(count, free, machine)}`,
        ];
  const everywhere = floating(0, cpus, machine);
  const taken = cpus.filter((cpu) => reserve.cpus.includes(cpu));
  if (taken.length > 0) {
    relaxed.push(
      reserve.explicit
        ? `${cpusInWords(taken)} ${taken.length === 1 ? 'does' : 'do'} not stay the host's: no other CPU is free`
        : firstCoreInWords(reserve.cpus, 'the vCPUs float over it too'),
    );
  }
  const held = holdersInWords(cpus, machine.holderOf);
  if (held.length > 0) relaxed.push(`the vCPUs share CPUs with other VMs: ${held.join(', ')}`);
  return {
    vcpus: Array.from({ length: count }, (_, vcpu) => ({ ...everywhere, vcpu })),
    reserveKept: taken.length === 0,
    relaxed,
    reasons: ['no CPU each: there are not enough free CPUs'],
  };
}

/** Performance and efficiency cores are never mixed: threads of a guest that wait for each other would run at two speeds. */
function whereInWords(count: number, free: readonly number[], { facts }: Machine): string {
  if (free.length < count) return 'the CPUs that are free';
  const kinds = groupBy(free, (cpu) => facts.get(cpu)?.kind ?? 'other');
  const each = [...kinds].map(([kind, cpus]) => `${cpus.length} ${kind}`);
  return `free CPUs of one kind (${each.join(', ')}), and only placement.vcpus with CPUs by number mixes them`;
}
