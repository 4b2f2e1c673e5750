/** `vcpus: strict`: why the best there is does not fit, or is not kept. Pure. */
import type { Finding } from '../findings.js';
import { groupBy, type Machine } from './machine.js';
import { freeCores } from './pool.js';
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
  const missing = count - largest;
  const facts = [
    freeCpus.length === 0
      ? 'no whole core is free'
      : `whole cores are free on ${cpusInWords(freeCpus)}, at most ${counted(largest, 'CPU')} ${free.some((core) => core.knowsL3) ? 'with one L3 cache' : 'on one die'}`,
    ...(missing > 0 ? [`${counted(missing, 'CPU')} ${missing === 1 ? 'is' : 'are'} missing`] : []),
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

/** QEMU's own threads left to `auto` have no CPU but those of the vCPUs. */
export function sharedWithEmulator(message: string): Finding {
  return {
    severity: 'missing',
    code: 'host.placement',
    key: 'placement.emulator',
    message: `strict placement is not possible: ${message}`,
    hint: 'Name CPUs in placement.emulator, keep some for the host with placement.reserve, or ask for fewer vCPUs; placement.emulator: none leaves it to the kernel.',
  };
}
