/** How placement speaks of CPUs. Pure. */
import { formatCpuList } from '../../units.js';

/** `CPU 3`, `CPUs 1-4,11-14`. */
export function cpusInWords(cpus: readonly number[]): string {
  return `${cpus.length === 1 ? 'CPU' : 'CPUs'} ${formatCpuList(cpus)}`;
}

/** `1 vCPU`, `8 vCPUs`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `nodes 0 and 1`, `nodes 0, 1 and 2`. */
export function nodesInWords(nodes: readonly (number | null)[]): string {
  const names = nodes.map((node) => (node === null ? 'none' : `${node}`));
  if (names.length === 1) return `node ${names[0]}`;
  return `nodes ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Who holds which of these CPUs: `CPUs 3-4 are held by VM db`. */
export function holdersInWords(cpus: readonly number[], holderOf: ReadonlyMap<number, string>): string[] {
  const held = new Map<string, number[]>();
  for (const cpu of cpus) {
    const vm = holderOf.get(cpu);
    if (vm !== undefined) held.set(vm, [...(held.get(vm) ?? []), cpu]);
  }
  return [...held].map(([vm, of]) => `${cpusInWords(of)} ${of.length === 1 ? 'is' : 'are'} held by VM ${vm}`);
}

/** Says that the first core does not stay the host's. */
export function firstCoreInWords(cpus: readonly number[], why: string): string {
  return `the first core (${cpusInWords(cpus)}) does not stay the host's: ${why}`;
}
