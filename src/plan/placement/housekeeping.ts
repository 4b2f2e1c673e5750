/** Cores of its own that a VM asks for, for all threads that are no vCPUs. Pure. */
import type { VmSpec } from '../../spec/schema.js';
import type { VcpuPlacement } from '../plan.js';
import { compareNumbers, type Machine } from './machine.js';
import { freeCores } from './pool.js';
import { namedForOthers } from './threads.js';
import { counted } from './words.js';

interface Housekeeping {
  readonly cpus: readonly number[];
  readonly relaxed: readonly string[];
}

/**
 * Whole free cores beside the vCPUs: on their nodes first, and no isolated ones while there are others, since threads float over them.
 * @param kept CPUs that stay the host's.
 */
export function chooseHousekeeping(
  spec: VmSpec,
  vcpus: readonly VcpuPlacement[],
  kept: readonly number[],
  machine: Machine,
): Housekeeping {
  const count = spec.placement.housekeeping;
  if (count === 0) return { cpus: [], relaxed: [] };
  const taken = [...kept, ...namedForOthers(spec), ...vcpus.flatMap(({ cpus }) => cpus)];
  const nodes = new Set(vcpus.map(({ node }) => node));
  const free = freeCores(machine, taken)
    .map((core) => ({ core, rank: [Number(!nodes.has(core.node)), Number(core.isolated), core.order] }))
    .sort((a, b) => compareNumbers(a.rank, b.rank));
  if (free.length < count) {
    const found = free.length === 0 ? 'none is' : `only ${free.length} ${free.length === 1 ? 'is' : 'are'}`;
    return {
      cpus: [],
      relaxed: [
        `no housekeeping cores of its own: ${counted(count, 'whole core')} wanted, and ${found} free`,
      ],
    };
  }
  const cpus = free.slice(0, count).flatMap(({ core }) => core.cpus);
  return { cpus: cpus.sort((a, b) => a - b), relaxed: [] };
}
