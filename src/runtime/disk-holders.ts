/** Who holds a disk that QEMU could not lock. */
import { readFileSync } from 'node:fs';
import { localPath } from '../devices/disk-images.js';
import type { DiskPlan } from '../devices/disk-plan.js';
import type { VmPlan } from '../plan/plan.js';
import { pathsOf, vmNames } from './names.js';
import { hasOpen, identifyFile, otherProcesses } from './open-files.js';
import { isAlive } from './process.js';
import { readRecord } from './record.js';
import { vmRoots } from './roots.js';

/** Of the disk itself and of all that it stands on. */
function filesOf({ layers }: DiskPlan): string[] {
  return layers.flatMap(({ source, dataFile }) => {
    const files = [localPath(source), dataFile];
    return files.filter((file) => typeof file === 'string');
  });
}

/** QEMU's words, of block/file-posix.c. */
const lockRefused = /Failed to get (shared )?"[^"]*" lock/;

/** @returns a line for each process that has a disk of this plan open, if that is what QEMU complains of. */
export function diskHolders(words: readonly string[], { devices }: VmPlan): string[] {
  if (!words.some((line) => lockRefused.test(line))) return [];
  const sources = devices.flatMap((device) => (device.kind === 'disk' ? filesOf(device) : []));
  const disks = sources.flatMap((source) => {
    const file = identifyFile(source);
    return file === undefined ? [] : [{ source, file }];
  });
  const vms = runningVms();
  return otherProcesses().flatMap((pid) => {
    const vm = vms.has(pid) ? `VM ${vms.get(pid)}, ` : '';
    return disks
      .filter(({ file }) => hasOpen(pid, file))
      .map(({ source }) => `${source} is held by ${vm}process ${pid} (${nameOf(pid)})`);
  });
}

function runningVms(): Map<number, string> {
  const names = vmNames(vmRoots());
  return new Map(
    names.flatMap((name) => {
      const record = readRecord(pathsOf(name));
      if (typeof record !== 'object' || record.qemu === null || !isAlive(record.qemu)) return [];
      return [[record.qemu.pid, name] as const];
    }),
  );
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'ended since';
  }
}
