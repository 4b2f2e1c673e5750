/** What the sections of a spec ask of each other. Pure. */
import { checkBoot } from './check-boot.js';
import { checkCpu, checkPlacement } from './check-cpu.js';
import { checkDisks, checkIds } from './check-devices.js';
import { checkMemory } from './check-memory.js';
import { checkNetworks } from './check-networks.js';
import { checkPaths } from './check-paths.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

type Section = keyof VmSpec;

interface Check {
  /** The sections that it reads: it says nothing where one of them is wrong in itself. */
  readonly reads: readonly Section[];
  readonly check: (spec: VmSpec) => KeyIssue[];
}

const checks: readonly Check[] = [
  { reads: ['boot'], check: checkBoot },
  { reads: ['cpu'], check: checkCpu },
  { reads: ['cpu', 'placement', 'ioThreads'], check: checkPlacement },
  { reads: ['memory'], check: checkMemory },
  { reads: ['disks', 'networks'], check: checkIds },
  { reads: ['disks', 'ioThreads'], check: checkDisks },
  { reads: ['networks'], check: checkNetworks },
  { reads: ['boot', 'memory', 'disks', 'serial'], check: checkPaths },
];

/**
 * @param spec with defaults in the place of sections that are wrong in themselves.
 * @param wrong those sections.
 * @returns what can't be right on any host; whether this host fits is the plan's to say.
 */
export function checkSpec(spec: VmSpec, wrong: ReadonlySet<string> = new Set()): KeyIssue[] {
  return checks
    .filter(({ reads }) => !reads.some((section) => wrong.has(section)))
    .flatMap(({ check }) => check(spec));
}
