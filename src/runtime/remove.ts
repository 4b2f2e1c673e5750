/** Takes away what a stopped VM keeps: its logs, UEFI variables, seed and TPM's state, and what a crash left. Disks and specs are the user's. */
import { existsSync, promises, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { VmError } from '../errors.js';
import { serialLog, type VmPaths } from '../plan/paths.js';
import { livingQemu } from './alive.js';
import { cleaning, lock } from './lock.js';
import { pidfileHolder } from './pidfile.js';
import { readRecord } from './record.js';
import { unfinishedSeed } from './seed.js';
import { tearDown } from './teardown.js';
import { noSuchVm } from './unknown.js';

/** Seconds that another command's clean-up is waited for. */
const patience = 10;

/** @throws VmError `state.no-such-vm` if there is nothing of it; `state.running` if it runs. */
export async function remove(name: string, paths: VmPaths): Promise<void> {
  if (!existsSync(paths.folder) && !existsSync(paths.stateFolder)) throw noSuchVm(name);
  const held = await lock(paths.lock, cleaning, { subject: name, timeout: patience });
  try {
    const record = readRecord(paths);
    const qemu = typeof record === 'object' ? livingQemu(paths, record) : pidfileHolder(paths);
    if (qemu !== undefined) {
      throw new VmError('state.running', `${name} runs (process ${qemu.pid})`, {
        hint: `Stop it first: vm down ${name}.`,
      });
    }
    await Promise.all(keptFiles(paths).map((file) => promises.rm(file, { force: true, recursive: true })));
    // What somebody else put there stays, and the folder with it.
    await promises.rmdir(paths.stateFolder).catch(() => undefined);
    await tearDown(paths, held, record);
  } finally {
    held.release();
  }
}

function keptFiles(paths: VmPaths): string[] {
  const logs = [paths.qemuLog, ...[0, 1, 2, 3].map((index) => serialLog(paths, index))];
  return [
    ...logs.flatMap((log) => [log, `${log}.1`]),
    ...sideLogs(paths),
    paths.nvram,
    paths.tpm,
    paths.seed,
    unfinishedSeed(paths.seed),
  ];
}

/** The plan that named the processes beside QEMU is gone: their logs are known by how they are called. */
function sideLogs({ stateFolder }: VmPaths): string[] {
  const names = existsSync(stateFolder) ? readdirSync(stateFolder) : [];
  return names
    .filter((name) => /^(swtpm|(virtiofsd|passt|vhost-user-gpu)-.+)\.log(\.1)?$/.test(name))
    .map((name) => join(stateFolder, name));
}
