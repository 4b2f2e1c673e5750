/** What all that is done with cgroups has in common: errors in the kernel's words, and the controllers of the root group. */
import { VmError } from '../errors.js';
import { type KernelFiles, kernelFiles } from '../host/kernel-files.js';
import { reasonOf } from './thrown.js';

/** @throws VmError `host.cgroup` with the kernel's own words. */
export function attempt(what: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new VmError('host.cgroup', `can't ${what}: ${reasonOf(error)}`, { cause: error });
  }
}

export function writeCgroup(files: KernelFiles, path: string, text: string): void {
  attempt(`write ${text} to ${path}`, () => files.write(path, text));
}

const wordsOf = (files: KernelFiles, path: string) =>
  (files.text(path) ?? '').split(/\s+/).filter((word) => word !== '');

/** Gives the children of a group these controllers, which it must have itself. */
export function enableControllers(files: KernelFiles, group: string, controllers: readonly string[]): void {
  const path = `${group}/cgroup.subtree_control`;
  const there = wordsOf(files, path);
  for (const name of controllers) if (!there.includes(name)) writeCgroup(files, path, `+${name}`);
}

/** Takes them away again, but those that somebody uses: with a controller goes what a group has set of it. */
export function disableControllers(files: KernelFiles, group: string, controllers: readonly string[]): void {
  const path = `${group}/cgroup.subtree_control`;
  const there = wordsOf(files, path);
  for (const name of controllers) {
    if (there.includes(name) && !isUsed(files, group, name)) writeCgroup(files, path, `-${name}`);
  }
}

/** What a group without settings has, by controller and file. */
const unset: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cpuset: { 'cpuset.cpus': '', 'cpuset.mems': '' },
  cpu: { 'cpu.max': 'max 100000', 'cpu.weight': '100' },
  memory: { 'memory.max': 'max', 'memory.high': 'max', 'memory.low': '0', 'memory.min': '0' },
  io: { 'io.weight': 'default 100', 'io.max': '' },
};

function isUsed(files: KernelFiles, group: string, controller: string): boolean {
  return files.names(group).some((name) => {
    const child = `${group}/${name}`;
    const handsOn = wordsOf(files, `${child}/cgroup.subtree_control`).includes(controller);
    const isSet = ([file, value]: [string, string]) =>
      (files.text(`${child}/${file}`)?.trim() ?? value) !== value;
    return handsOn || Object.entries(unset[controller] ?? {}).some(isSet);
  });
}

/** Ids of the threads in a group. */
export function threadsIn(files: KernelFiles, group: string): number[] {
  return wordsOf(files, `${group}/cgroup.threads`).map(Number);
}

/** @throws VmError `host.cgroup` if there is a group of that name. */
export function refuseTakenGroup(
  { group }: { readonly group: string },
  files: KernelFiles = kernelFiles,
): void {
  if (!isThere(files, group)) return;
  throw new VmError('host.cgroup', `there is a cgroup ${group} already, which no VM is known to have`, {
    hint: `If nothing needs it, remove it: rmdir ${group}.`,
  });
}

/** Whether the group is there. The root group has no type. */
export function isThere(files: KernelFiles, group: string): boolean {
  return files.text(`${group}/cgroup.type`) !== undefined;
}
