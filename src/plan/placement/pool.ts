/** Which cores there are to choose from. Pure. */
import type { Core, Machine } from './machine.js';

/** Cores that nobody else has a CPU of: not the host (`kept`), not another VM, be it on a sibling that is outside our cpuset. */
export function freeCores(machine: Machine, kept: readonly number[]): Core[] {
  const reserved = new Set(kept);
  return machine.cores.filter(
    (core) => core.cpus.every((cpu) => !reserved.has(cpu)) && !isHeldInPart(core, machine),
  );
}

/** The cores of which somebody else has CPUs, cut down to those that are left. */
export function partlyFreeCores(machine: Machine, kept: readonly number[]): Core[] {
  const reserved = new Set(kept);
  return machine.cores.flatMap((core) => {
    const cpus = core.cpus.filter((cpu) => !reserved.has(cpu) && !machine.holderOf.has(cpu));
    const isShared = cpus.length < core.cpus.length || isHeldInPart(core, machine);
    return isShared && cpus.length > 0 ? [{ ...core, cpus }] : [];
  });
}

function isHeldInPart({ cpus: [cpu = -1] }: Core, machine: Machine): boolean {
  return machine.coreOf.get(cpu)?.cpus.some((sibling) => machine.holderOf.has(sibling)) ?? false;
}
