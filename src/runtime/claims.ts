/** What live VMs hold, derived from their records each time: there is no ledger to drift. */
import { statSync } from 'node:fs';
import type { Claim } from '../plan/facts.js';
import { heldPaths } from '../plan/held-paths.js';
import { type VmPaths, type VmRoots, vmPaths } from '../plan/paths.js';
import type { VmPlan } from '../plan/plan.js';
import { livingQemu } from './alive.js';
import { lock } from './lock.js';
import { vmNames } from './names.js';
import { pidfileHolder } from './pidfile.js';
import { isAlive } from './process.js';
import { realPath } from './real-path.js';
import { readRecord, type VmRecord } from './record.js';
import { claimsLock, vmRoots } from './roots.js';

/** A sentence on each VM that lives, and holds nobody can tell which CPUs. */
export function unreadableVms(roots: VmRoots): string[] {
  return vmNames(roots)
    .filter((name) => {
      const paths = vmPaths(roots, name);
      return heldBy(name, paths) === 'broken' && pidfileHolder(paths) !== undefined;
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
    return typeof record === 'object' && lives(paths, record) ? [{ ...record, name }] : [];
  });
}

function lives(paths: VmPaths, { phase, commander, qemu }: Holder): boolean {
  return (phase === 'starting' && isAlive(commander)) || livingQemu(paths, { qemu }) !== undefined;
}

/** Claims of all live VMs but this one; null: of all. */
export function claimsOfOthers(roots: VmRoots, name: string | null): Claim[] {
  return vmNames(roots).flatMap((vm) => {
    if (vm === name) return [];
    const paths = vmPaths(roots, vm);
    const held = heldBy(vm, paths);
    return typeof held === 'object' && lives(paths, held) ? [held.claim] : [];
  });
}

type Holder = Pick<VmRecord, 'phase' | 'commander' | 'qemu'>;

/** What a VM holds while it lives. */
interface Held extends Holder {
  readonly claim: Claim;
}

const known = new Map<string, { readonly file: string; readonly held: Held | 'none' | 'broken' }>();

/** Each of many launches side by side looks at all the others: a record that has not changed is not read again. */
function heldBy(vm: string, paths: VmPaths): Held | 'none' | 'broken' {
  const file = fileIdentity(paths.record);
  const before = known.get(paths.record);
  if (file !== undefined && before?.file === file) return before.held;
  const record = readRecord(paths);
  const held = typeof record === 'object' ? heldByRecord(vm, record) : record;
  if (file !== undefined && typeof held === 'object') known.set(paths.record, { file, held });
  return held;
}

/** Records are replaced and never written into: another one is another file, or one of another time. */
function fileIdentity(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && [found.dev, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(':');
}

function heldByRecord(vm: string, { phase, commander, qemu, plan }: VmRecord): Held {
  const claim: Claim = {
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
  };
  return { phase, commander, qemu, claim };
}

/** What no two VMs may have: addresses for vsock, paths, and devices of the host. */
function claimedDevices({ devices }: VmPlan): Pick<Claim, 'vsockCid' | 'paths' | 'hostDevices'> {
  const vsock = devices.find((device) => device.kind === 'vsock');
  return {
    ...(vsock?.kind === 'vsock' ? { vsockCid: vsock.cid } : {}),
    paths: heldPaths(devices).map(({ path }) => realPath(path)),
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
