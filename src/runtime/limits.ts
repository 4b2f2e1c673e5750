/** The cgroup that holds QEMU to its limits, for the time that it runs. Kernel: Documentation/admin-guide/cgroup-v2.rst. */
import { VmError } from '../errors.js';
import { type KernelFiles, kernelFiles } from '../host/kernel-files.js';
import type { LimitsGroup, LimitsPlan } from '../plan/cgroup/facts.js';
import { attempt, disableControllers, enableControllers, isThere, writeCgroup } from './cgroup-files.js';
import { reasonOf } from './thrown.js';

export interface LimitsResource extends LimitsGroup {
  readonly kind: 'limits';
  readonly vm: string;
}

/**
 * Makes the group with its limits, from the top down. Only who holds the lock on claims may: what is above it is everybody's.
 * @throws VmError `host.cgroup` with the kernel's own words.
 */
export function takeLimits(
  { root, slice, group, controllers, enables, settings }: LimitsGroup,
  files: KernelFiles = kernelFiles,
): void {
  enableControllers(files, root, enables);
  if (!isThere(files, slice)) attempt(`make the cgroup ${slice}`, () => files.makeFolder(slice));
  enableControllers(files, slice, controllers);
  attempt(`make the cgroup ${group}`, () => files.makeFolder(group));
  for (const { file, value } of settings) writeCgroup(files, `${group}/${file}`, value);
}

/**
 * Puts processes in: a QEMU that has just been started, so that what it allocates counts from then on, and those beside it. One that has
 * ended meanwhile is told by who waits for it. @throws VmError `host.cgroup`.
 */
export function enterLimits(
  limits: LimitsPlan | null,
  pids: readonly number[],
  files: KernelFiles = kernelFiles,
): void {
  if (limits?.kind !== 'group') return;
  const path = `${limits.group}/cgroup.procs`;
  for (const pid of pids) {
    try {
      files.write(path, String(pid));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') continue;
      throw new VmError('host.cgroup', `can't write ${pid} to ${path}: ${reasonOf(error)}`, { cause: error });
    }
  }
}

/** Removes the group, and the one above it with the last. Only who holds the lock on claims may. @param others what other live VMs have switched on. */
export function giveBackLimits(
  { root, slice, group, enables }: LimitsGroup,
  others: readonly string[],
  files: KernelFiles = kernelFiles,
): void {
  if (isThere(files, group)) attempt(`remove the cgroup ${group}`, () => files.removeFolder(group));
  const isEmpty = files.names(slice).every((name) => !isThere(files, `${slice}/${name}`));
  if (isThere(files, slice) && isEmpty)
    attempt(`remove the cgroup ${slice}`, () => files.removeFolder(slice));
  disableControllers(
    files,
    root,
    enables.filter((name) => !others.includes(name)),
  );
}

/** The command as systemd runs it in a scope: it becomes QEMU, so that pid and descriptors stay. */
export function inScope(argv: readonly string[], limits: LimitsPlan | null): readonly string[] {
  if (limits?.kind !== 'scope') return argv;
  const { unit, user, properties } = limits;
  const options = ['--scope', '--quiet', '--collect', `--unit=${unit}`];
  return [
    'systemd-run',
    ...(user ? ['--user'] : []),
    ...options,
    ...properties.map((property) => `--property=${property}`),
    '--',
    ...argv,
  ];
}

/** Variables by which the user's own systemd is found. */
export function scopeVariables(limits: LimitsPlan | null): readonly string[] {
  return limits?.kind === 'scope' && limits.user ? ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'] : [];
}
