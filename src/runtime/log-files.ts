/** The logs of a VM: what QEMU said, and what the guest printed. Each start keeps the ones before as `.1`. */
import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { serialLog } from '../plan/paths.js';
import type { VmPlan } from '../plan/plan.js';

/** Names no file twice; a log that is not there is none. */
export function keepOldLogs({ paths, sideProcesses }: Pick<VmPlan, 'paths' | 'sideProcesses'>): void {
  const logs = [
    paths.qemuLog,
    ...[0, 1, 2, 3].map((index) => serialLog(paths, index)),
    ...sideProcesses.map(({ log }) => log),
  ];
  for (const log of logs) keepOld(log);
}

function keepOld(log: string): void {
  try {
    renameSync(log, `${log}.1`);
  } catch {
    // There is none.
  }
}

/** Bytes of a log; 0 where there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The file that keeps what the guest prints on its first serial port; undefined if the plan has no such port. */
export function firstSerialLog({ devices }: VmPlan): string | undefined {
  const port = devices.find((device) => device.kind === 'serial' && device.index === 0);
  if (port?.kind !== 'serial') return undefined;
  return port.backend.type === 'file' ? port.backend.path : (port.backend.log ?? undefined);
}

/** Enough for the lines that are shown; a log that a guest fills is never read whole. */
const tailBytes = 16 * 1024;

/** The last lines that are not empty, none from before the byte `from`. Empty where there is no such file. */
export function readTail(path: string, lines: number, from = 0): string[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(from, size - tailBytes);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const read = readSync(descriptor, buffer, 0, buffer.length, start);
    const text = buffer.toString('utf8', 0, read);
    return text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .slice(-lines);
  } catch {
    return [];
  } finally {
    closeSync(descriptor);
  }
}
