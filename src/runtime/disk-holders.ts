/** Who holds a disk that QEMU could not lock. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import type { VmPlan } from '../plan/plan.js';
import { pathsOf, vmNames } from './names.js';
import { readRecord } from './record.js';
import { vmRoots } from './roots.js';

/** QEMU's words, of block/file-posix.c. */
const lockRefused = /Failed to get (shared )?"[^"]*" lock/;

/** @returns a line for each process that has a disk of this plan open, if that is what QEMU complains of. */
export function diskHolders(words: readonly string[], { devices }: VmPlan): string[] {
  if (!words.some((line) => lockRefused.test(line))) return [];
  const sources = devices.flatMap((device) => (device.kind === 'disk' ? [realPath(device.source)] : []));
  const vms = runningVms();
  return processes().flatMap((pid) => {
    const held = new Set(openFiles(pid));
    return sources
      .filter((source) => held.has(source))
      .map(
        (source) =>
          `${source} is held by ${vms.has(pid) ? `VM ${vms.get(pid)}, ` : ''}process ${pid} (${nameOf(pid)})`,
      );
  });
}

function runningVms(): Map<number, string> {
  const names = vmNames(vmRoots());
  return new Map(
    names.flatMap((name) => {
      const record = readRecord(pathsOf(name));
      return typeof record === 'object' && record.qemu !== null ? [[record.qemu.pid, name] as const] : [];
    }),
  );
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

/** Those of another user's processes can't be seen, unless by root. */
function openFiles(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map((fd) => readlinkSync(`${folder}/${fd}`));
  } catch {
    return [];
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'ended since';
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
