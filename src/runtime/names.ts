/** Names of VMs, and the paths that follow from them. */
import { readdirSync, statSync } from 'node:fs';
import { type VmPaths, type VmRoots, vmPaths } from '../plan/paths.js';
import { checkName, namePattern } from '../spec/name.js';
import { refuseForeignFolder, userId, vmRoots } from './roots.js';

/** The paths of a VM of that name. @throws VmError `spec.name` if it is none; `state.folder` if another user made the folder of VMs. */
export function pathsOf(name: string): VmPaths {
  checkName(name);
  const roots = vmRoots();
  refuseForeignFolder(roots.runtime);
  return vmPaths(roots, name);
}

/** Names of all VMs that have a folder here, sorted. */
export function vmNames({ runtime }: VmRoots): string[] {
  try {
    const entries = readdirSync(runtime, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && namePattern.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

/** How many VMs of root there are that this user can't see: the folders in `/run/vm`, which its count of links tells. */
export function hiddenVms(): number {
  if (userId() === 0) return 0;
  const folder = statSync('/run/vm', { throwIfNoEntry: false });
  return folder === undefined ? 0 : Math.max(0, folder.nlink - 2);
}
