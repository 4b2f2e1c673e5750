/** What live VMs hold, derived from their records each time: there is no ledger to drift. */
import type { Claim } from '../plan/facts.js';
import { heldPaths } from '../plan/held-paths.js';
import { type VmRoots, vmPaths } from '../plan/paths.js';
import type { VmPlan } from '../plan/plan.js';
import { livingQemu } from './alive.js';
import { lock } from './lock.js';
import { vmNames } from './names.js';
import { pidfileHolder } from './pidfile.js';
import { isAlive } from './process.js';
import { readRecord, type VmRecord } from './record.js';
import { claimsLock, vmRoots } from './roots.js';

/** A sentence on each VM that lives, and holds nobody can tell which CPUs. */
export function unreadableVms(roots: VmRoots): string[] {
  return vmNames(roots)
    .filter((name) => {
      const paths = vmPaths(roots, name);
      return readRecord(paths) === 'broken' && pidfileHolder(paths) !== undefined;
    })
    .map(
      (name) => `the record of ${name} can't be read: CPUs that it has for itself may be given away again`,
    );
}

/** Records of all live VMs, by name; a launch under way counts. */
export function livingRecords(roots: VmRoots): VmRecord[] {
  return vmNames(roots).flatMap((name) => {
    const paths = vmPaths(roots, name);
    const record = readRecord(paths);
    if (typeof record !== 'object') return [];
    const starting = record.phase === 'starting' && isAlive(record.commander);
    return starting || livingQemu(paths, record) !== undefined ? [{ ...record, name }] : [];
  });
}

/** Claims of all live VMs but this one; null: of all. */
export function claimsOfOthers(roots: VmRoots, name: string | null): Claim[] {
  return livingRecords(roots)
    .filter((record) => record.name !== name)
    .map(({ name: vm, phase, plan }) => ({
      vm,
      exclusiveCpus: plan.placement.exclusiveCpus,
      cacheWays: plan.cacheGroups.flatMap(({ ways }) => ways),
      interrupts: plan.interrupts,
      cgroupControllers: [
        ...(plan.partition?.enables ?? []),
        ...(plan.limits?.kind === 'group' ? plan.limits.enables : []),
      ],
      threadCpus: [...plan.placement.emulator, ...plan.placement.ioThreads.flat()],
      ...claimedDevices(plan),
      ...(phase === 'starting' ? { hugepages: plan.memory.hugepages } : {}),
    }));
}

/** What no two VMs may have: addresses for vsock, paths, and devices of the host. */
function claimedDevices({ devices }: VmPlan): Pick<Claim, 'vsockCid' | 'paths' | 'hostDevices'> {
  const vsock = devices.find((device) => device.kind === 'vsock');
  return {
    ...(vsock?.kind === 'vsock' ? { vsockCid: vsock.cid } : {}),
    paths: heldPaths(devices).map(({ path }) => path),
    hostDevices: devices.flatMap((device) =>
      device.kind === 'hostDevice' ? Object.values(device.source) : [],
    ),
  };
}

/** Seconds that planning and other short looks at the claims are waited for; they take some milliseconds each. */
const patience = 60;

/** Does what touches something that all VMs share, while no other one plans or does the like. */
export async function underClaims<T>(
  vm: string | null,
  action: (others: readonly Claim[]) => T | Promise<T>,
): Promise<T> {
  const roots = vmRoots();
  const held = await lock(claimsLock(roots), 'vm', { subject: 'planning', timeout: patience });
  try {
    return await action(claimsOfOthers(roots, vm));
  } finally {
    held.remove();
  }
}
