/** Programs beside QEMU that devices need: where they are, and which virtiofsd is which. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { FileFacts, ProgramFacts } from '../plan/facts.js';

/** Folders where distributions put virtiofsd, which is rarely in PATH; the one in C, of QEMU up to 7.2, comes last. */
const virtiofsdPaths = ['/usr/libexec/virtiofsd', '/usr/lib/virtiofsd', '/usr/lib/qemu/virtiofsd'];

/** It is in PATH nowhere: QEMU's own folder for helpers, by distribution. */
const vhostUserGpuPaths = ['/usr/libexec/vhost-user-gpu', '/usr/lib/qemu/vhost-user-gpu'];

export function readPrograms(): ProgramFacts {
  const inPath = (name: string) => {
    const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
    return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
  };
  return {
    swtpm: inPath('swtpm'),
    swtpmSetup: inPath('swtpm_setup'),
    virtiofsd: inPath('virtiofsd') ?? virtiofsdPaths.find(isExecutable) ?? null,
    passt: inPath('passt'),
    vhostUserGpu: inPath('vhost-user-gpu') ?? vhostUserGpuPaths.find(isExecutable) ?? null,
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Seconds for a program to say its version; it takes some milliseconds. */
const patience = 5;

/** Adds to the facts of these programs which virtiofsd each is. Distributions put either at the same path: only it itself can tell. */
export function readVirtiofsd(paths: readonly string[], files: Map<string, FileFacts>): void {
  for (const path of new Set(paths)) {
    const facts = files.get(path);
    const kind = facts?.kind === 'file' ? askVirtiofsd(path) : undefined;
    if (facts !== undefined && kind !== undefined) files.set(path, { ...facts, virtiofsd: kind });
  }
}

function askVirtiofsd(path: string): FileFacts['virtiofsd'] {
  try {
    return virtiofsdOf(
      execFileSync(path, ['--version'], {
        encoding: 'utf8',
        timeout: patience * 1000,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  } catch {
    return undefined;
  }
}

/** `virtiofsd version 7.2.22 (…)` is the one in C, `virtiofsd 1.13.0` or `virtiofsd backend 1.1.0` the one in Rust. Pure. */
export function virtiofsdOf(answer: string): FileFacts['virtiofsd'] {
  if (/^virtiofsd version \d/m.test(answer)) return 'c';
  return /^virtiofsd (backend )?\d/m.test(answer) ? 'rust' : undefined;
}
