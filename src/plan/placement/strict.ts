/** `vcpus: strict`: why the best there is does not fit. Pure. */
import type { Finding } from '../findings.js';
import { freeCores } from './auto.js';
import { groupBy, type Machine } from './machine.js';
import type { Reserve } from './reserve.js';
import { counted, cpusInWords, holdersInWords } from './words.js';

/** What was free, what was missing, and which VM holds it. */
export function missingForStrict(
  count: number,
  relaxed: readonly string[],
  machine: Machine,
  reserve: Reserve,
): Finding {
  const free = freeCores(machine, reserve.cpus);
  const freeCpus = free.flatMap((core) => core.cpus);
  const largest = Math.max(
    0,
    ...[...groupBy(free, (core) => `${core.node}/${core.l3}`).values()].map((cores) =>
      cores.reduce((total, core) => total + core.cpus.length, 0),
    ),
  );
  const facts = [
    freeCpus.length === 0
      ? 'no whole core is free'
      : `free are ${cpusInWords(freeCpus)}, at most ${counted(largest, 'CPU')} of them with one L3 cache`,
    ...(largest < count ? [`missing are ${counted(count - largest, 'CPU')}`] : []),
    ...holdersInWords(
      [...machine.holderOf.keys()].sort((a, b) => a - b),
      machine.holderOf,
    ),
  ];
  return {
    severity: 'missing',
    code: 'host.placement',
    key: 'placement.vcpus',
    message: `strict placement of ${counted(count, 'vCPU')} is not possible: ${relaxed.join('; ')} (${facts.join('; ')})`,
    hint: 'Stop a VM that holds CPUs, ask for fewer vCPUs, or write auto, which takes what comes nearest.',
  };
}
