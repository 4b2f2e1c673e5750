/** The cpuset partition of a VM, for the time that it runs. Kernel: Documentation/admin-guide/cgroup-v2.rst, "Threads" and "Cpuset". */
import { VmError } from '../errors.js';
import { type KernelFiles, kernelFiles } from '../host/kernel-files.js';
import type { PartitionPlan } from '../plan/cgroup/facts.js';
import { formatCpuList } from '../units.js';
import {
  attempt,
  disableControllers,
  enableControllers,
  isThere,
  threadsIn,
  writeCgroup,
} from './cgroup-files.js';

export interface PartitionResource extends PartitionPlan {
  readonly kind: 'partition';
  readonly vm: string;
}

/**
 * Makes the group, with its CPUs, as a member of the root's partition: what the kernel refuses of that it refuses before QEMU starts. Only
 * who holds the lock on claims may: the root group is everybody's.
 * @throws VmError `host.cgroup` with the kernel's own words.
 */
export function takePartition(
  { root, group, cpus, enables }: PartitionPlan,
  files: KernelFiles = kernelFiles,
): void {
  enableControllers(files, root, enables);
  attempt(`make the cgroup ${group}`, () => files.makeFolder(group));
  writeCgroup(files, `${group}/cgroup.type`, 'threaded');
  writeCgroup(files, `${group}/cpuset.cpus`, formatCpuList(cpus));
}

/**
 * Takes the CPUs away from everybody else. Not before QEMU has its memory: the threads that allocate it run on the CPUs of its node,
 * which may be these.
 * @throws VmError `host.cgroup` with the reason that the kernel gives.
 */
export function isolatePartition({ group }: PartitionPlan, files: KernelFiles = kernelFiles): void {
  const path = `${group}/cpuset.cpus.partition`;
  const now = () => files.text(path)?.trim() ?? 'nothing';
  const kind = writeKind(files, path);
  if (now() === kind) return;
  throw new VmError('host.cgroup', `the kernel does not isolate the CPUs of ${group}: it says ${now()}`, {
    hint: 'Another cgroup may have these CPUs: see cpuset.cpus and cpuset.cpus.partition of those beside it.',
  });
}

/**
 * Gives it other CPUs, and isolates those. It is valid at every moment: the kernel takes all of the list at once, gives the CPUs that are
 * no longer in it back to the root group, and lets the threads inside run on the new ones. Only who holds the lock on claims may.
 * @throws VmError `host.cgroup` with the reason that the kernel gives.
 */
export function movePartition(plan: PartitionPlan, files: KernelFiles = kernelFiles): void {
  const path = `${plan.group}/cpuset.cpus`;
  const cpus = formatCpuList(plan.cpus);
  if (files.text(path)?.trim() !== cpus) writeCgroup(files, path, cpus);
  isolatePartition(plan, files);
}

/** Kernels before 6.1 know no `isolated`: in a `root` partition the CPUs are the VM's alone too, and the scheduler still balances. */
function writeKind(files: KernelFiles, path: string): 'isolated' | 'root' {
  try {
    files.write(path, 'isolated');
    return 'isolated';
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) {
      attempt(`write isolated to ${path}`, () => {
        throw error;
      });
    }
    writeCgroup(files, path, 'root');
    return 'root';
  }
}

/**
 * Puts threads of a process in. Its others go to the root group: threads of one process can be in several groups only below one and the
 * same group, which here is the root.
 * @throws VmError `host.cgroup` if one is not there after.
 */
export function enterPartition(
  { root, group }: PartitionPlan,
  pid: number,
  threadIds: readonly number[],
  files: KernelFiles = kernelFiles,
): void {
  if (!isInRoot(files, pid)) writeCgroup(files, `${root}/cgroup.procs`, String(pid));
  const there = threadsIn(files, group);
  for (const id of threadIds.filter((thread) => !there.includes(thread))) {
    writeCgroup(files, `${group}/cgroup.threads`, String(id));
  }
  const inside = threadsIn(files, group);
  const outside = threadIds.filter((id) => !inside.includes(id));
  if (outside.length === 0) return;
  throw new VmError(
    'host.cgroup',
    `threads ${outside.join(', ')} are not in ${group} after they were put there`,
  );
}

function isInRoot(files: KernelFiles, pid: number): boolean {
  return /^0::\/$/m.test(files.text(`/proc/${pid}/cgroup`) ?? '');
}

/** Gives the CPUs back and removes the group. Only who holds the lock on claims may. @param others what other live VMs have switched on. */
export function giveBackPartition(
  { root, group, enables }: PartitionPlan,
  others: readonly string[],
  files: KernelFiles = kernelFiles,
): void {
  if (isThere(files, group)) {
    // A group that was made and not yet filled has no such file.
    const kind = files.text(`${group}/cpuset.cpus.partition`)?.trim() ?? 'member';
    if (kind !== 'member') writeCgroup(files, `${group}/cpuset.cpus.partition`, 'member');
    for (const id of threadsIn(files, group)) putBack(files, root, id);
    attempt(`remove the cgroup ${group}`, () => files.removeFolder(group));
  }
  disableControllers(
    files,
    root,
    enables.filter((name) => !others.includes(name)),
  );
}

/** One that somebody else put there; it may end meanwhile. */
function putBack(files: KernelFiles, root: string, id: number): void {
  try {
    files.write(`${root}/cgroup.threads`, String(id));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
    attempt(`put thread ${id} back into ${root}`, () => {
      throw error;
    });
  }
}
