/** What the sections of a spec ask of each other. Pure. */
import { checkBoot } from './check-boot.js';
import { checkCloudInit } from './check-cloud-init.js';
import { checkCpu, checkPlacement } from './check-cpu.js';
import { checkIds } from './check-devices.js';
import { checkDisks } from './check-disks.js';
import { checkIommu } from './check-iommu.js';
import { checkIsolation } from './check-isolation.js';
import { checkMachine } from './check-machine.js';
import { checkMemory, checkSharing } from './check-memory.js';
import { checkMemoryModules } from './check-memory-modules.js';
import { checkMicrovm } from './check-microvm.js';
import { checkNetworks } from './check-networks.js';
import { checkNuma } from './check-numa.js';
import { checkPaths } from './check-paths.js';
import { checkPeripherals } from './check-peripherals.js';
import { checkShares } from './check-shares.js';
import { checkSlots } from './check-slots.js';
import { checkTpm } from './check-tpm.js';
import type { KeyIssue } from './error.js';
import { type VmSpec, vmSpecSchema } from './schema.js';

type Section = keyof VmSpec;

interface Check {
  /** The sections that it reads: it says nothing where one of them is wrong in itself. */
  readonly reads: readonly Section[];
  readonly check: (spec: VmSpec) => KeyIssue[];
}

/** For checks that read many sections. */
const everything = Object.keys(vmSpecSchema.shape) as Section[];

const checks: readonly Check[] = [
  { reads: ['boot'], check: checkBoot },
  { reads: ['cloudInit'], check: checkCloudInit },
  { reads: ['cpu'], check: checkCpu },
  { reads: ['cpu', 'placement', 'ioThreads', 'ioThreadSettings', 'mainLoop'], check: checkPlacement },
  { reads: ['placement', 'limits'], check: checkIsolation },
  { reads: ['memory', 'numa'], check: checkMemory },
  { reads: ['memory', 'numa', 'disks', 'networks', 'shares', 'video'], check: checkSharing },
  { reads: ['shares'], check: checkShares },
  { reads: ['tpm'], check: checkTpm },
  { reads: everything, check: checkIds },
  { reads: ['memory', 'numa', 'cpu'], check: checkMemoryModules },
  { reads: ['cpu', 'memory', 'numa'], check: checkNuma },
  { reads: everything, check: checkIommu },
  { reads: everything, check: checkMachine },
  { reads: everything, check: checkMicrovm },
  { reads: everything, check: checkPeripherals },
  { reads: everything, check: checkSlots },
  { reads: ['disks', 'ioThreads', 'controllers'], check: checkDisks },
  { reads: ['networks', 'machine', 'iommu', 'qemu', 'hostDevices'], check: checkNetworks },
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
