/** One vCPU on its CPUs. Pure. */
import type { VcpuPlacement } from '../plan.js';
import type { Machine } from './machine.js';

/** Pins a vCPU to one CPU. */
export function pinned(vcpu: number, cpu: number, machine: Machine): VcpuPlacement {
  const facts = machine.facts.get(cpu);
  return { vcpu, cpu, cpus: [cpu], node: facts?.node ?? null, core: facts?.core ?? null };
}

/** Lets a vCPU float; over no CPUs at all means wherever the kernel puts it. */
export function floating(vcpu: number, cpus: readonly number[], machine: Machine): VcpuPlacement {
  const nodes = new Set(cpus.map((cpu) => machine.facts.get(cpu)?.node ?? null));
  const [node = null] = nodes.size === 1 ? nodes : [];
  return { vcpu, cpu: null, cpus: [...cpus].sort((a, b) => a - b), node, core: null };
}

/** The CPUs that have a vCPU pinned to them, ascending. */
export function pinnedCpus(vcpus: readonly VcpuPlacement[]): number[] {
  return [...new Set(vcpus.flatMap(({ cpu }) => (cpu === null ? [] : [cpu])))].sort((a, b) => a - b);
}

/**
 * CPUs for threads that float: allowed, and neither held by another VM nor in `avoid`. Isolated CPUs are left out while there are
 * others: the kernel balances no load there, a thread stays where it starts.
 */
export function floatingCpus(machine: Machine, avoid: ReadonlySet<number>): number[] {
  const free = machine.allowed.filter((cpu) => !avoid.has(cpu) && !machine.holderOf.has(cpu));
  const balanced = free.filter((cpu) => machine.facts.get(cpu)?.isolated !== true);
  return balanced.length > 0 ? balanced : free;
}
