/** Reads what the host does for a VM: its cgroups, and where interrupts may come. */
import { posix } from 'node:path';
import { readCgroups } from '../../host/cgroups.js';
import { readInterrupts } from '../../host/interrupts.js';
import { type KernelFiles, kernelFiles } from '../../host/kernel-files.js';
import type { Root } from '../../host/root.js';
import { limitFiles } from '../../plan/cgroup/limits.js';
import { partitionGroup } from '../../plan/cgroup/partition.js';
import type { CgroupState, InterruptsState } from '../../plan/verify/running.js';
import type { VmSpec } from '../../spec/schema.js';
import { interruptsOf, isMovable } from '../interrupts.js';

type Files = Pick<Root, 'text'>;

/** Where cgroup v2 is mounted. */
function cgroupMount(root: Root): string | undefined {
  const cgroups = readCgroups(root);
  return cgroups !== null && 'mount' in cgroups ? cgroups.mount : undefined;
}

/** @returns null if the spec asks for none, or there is none. */
export function readPartition(root: Root, { name, placement }: VmSpec): CgroupState | null {
  if (placement.isolation === 'none') return null;
  const mount = cgroupMount(root);
  return mount === undefined ? null : readPartitionGroup(root, partitionGroup(mount, name));
}

/** @returns null if there is no such group. */
export function readPartitionGroup(files: Files, path: string): CgroupState | null {
  return readGroup(files, path, ['cpuset.cpus', 'cpuset.cpus.partition']);
}

/** The group that a process is in. */
export function readGroupOf(root: Root, pid: number): CgroupState | null {
  const mount = cgroupMount(root);
  const group = /^0::(\/.*)$/m.exec(root.text(`/proc/${pid}/cgroup`) ?? '')?.[1];
  if (mount === undefined || group === undefined) return null;
  return readGroup(root, posix.join(mount, group), limitFiles);
}

function readGroup(files: Files, path: string, names: readonly string[]): CgroupState | null {
  // A threaded group has no cgroup.procs to read, and every group has this one.
  const threads = files.text(`${path}/cgroup.threads`);
  if (threads === undefined) return null;
  const texts = names.flatMap((name): [string, string][] => {
    const text = files.text(`${path}/${name}`);
    return text === undefined ? [] : [[name, text.trimEnd()]];
  });
  return { path, threadIds: threads.split('\n').filter(Boolean).map(Number), files: new Map(texts) };
}

/** @param devices addresses of passed PCI devices. @returns null if the spec leaves interrupts alone. */
export function readInterruptsState(
  root: Root,
  { placement }: VmSpec,
  devices: readonly string[],
  files: KernelFiles = kernelFiles,
): InterruptsState | null {
  if (placement.interrupts === 'stay') return null;
  const { irqs, ofNew } = readInterrupts(root);
  return {
    irqs: irqs.map((one) => ({ ...one, isMovable: isMovable(one.irq, files) })),
    ofNew,
    devices: new Map(devices.map((address) => [address, interruptsOf(address, root)])),
  };
}
