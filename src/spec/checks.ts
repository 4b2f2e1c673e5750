/** What the sections of a spec ask of each other. Pure. */
import { checkBoot } from './check-boot.js';
import { checkCpu, checkPlacement } from './check-cpu.js';
import { checkDisks, checkIds } from './check-devices.js';
import { checkMemory } from './check-memory.js';
import { checkNetworks } from './check-networks.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

/** @returns what can't be right on any host; whether this host fits is the plan's to say. */
export function checkSpec(spec: VmSpec): KeyIssue[] {
  return [checkBoot, checkCpu, checkPlacement, checkMemory, checkIds, checkDisks, checkNetworks].flatMap(
    (check) => check(spec),
  );
}
