/** Which CPUs stay the host's. Pure. */
import type { VmSpec } from '../../spec/schema.js';
import type { Machine } from './machine.js';

export interface Reserve {
  readonly cpus: readonly number[];
  /** Whether it was asked for by name: then nothing takes it away. */
  readonly explicit: boolean;
}

/**
 * `auto` is the first core with its siblings, as far as our cpuset has them: the kernel itself does most of its work there. It passes over isolated
 * cores while there are others: they are kept free of exactly that work. Where no vCPU is placed, there is nothing to reserve.
 */
export function chooseReserve(
  { reserve, vcpus }: Pick<VmSpec['placement'], 'reserve' | 'vcpus'>,
  machine: Machine,
): Reserve {
  if (reserve === 'none') return { cpus: [], explicit: true };
  const allowed = new Set(machine.allowed);
  if (reserve !== 'auto') {
    const known = machine.coreOf.size > 0 ? reserve.filter((cpu) => allowed.has(cpu)) : reserve;
    return { cpus: [...known].sort((a, b) => a - b), explicit: true };
  }
  if (vcpus === 'none') return { cpus: [], explicit: false };
  const first =
    machine.allowed.find((cpu) => machine.coreOf.get(cpu)?.isolated === false) ?? machine.allowed[0];
  const core = first === undefined ? undefined : machine.coreOf.get(first);
  return { cpus: core?.cpus.filter((cpu) => allowed.has(cpu)) ?? [], explicit: false };
}
