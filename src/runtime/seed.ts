/** The seed image of cloud-init in the VM's state folder: written at the start, and left alone where nothing of it changed. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { seedLabel } from '../devices/cloud-init.js';
import { isoImage } from '../devices/iso9660.js';
import { VmError } from '../errors.js';
import type { VmPlan } from '../plan/plan.js';
import { reasonOf } from './thrown.js';

/** @throws VmError `host.seed` if it can't be written. */
export async function prepareSeed(seed: NonNullable<VmPlan['seed']>): Promise<void> {
  const files = seed.files.map(({ name, text }) => ({ name, content: Buffer.from(text) }));
  const image = isoImage(seedLabel, files);
  const old = await readFile(seed.path).catch(() => undefined);
  if (old?.equals(image)) return;
  const temporary = unfinishedSeed(seed.path);
  try {
    // It may hold the hash of a password: for the owner alone, and never half of it under its name.
    await rm(temporary, { force: true });
    await writeFile(temporary, image, { mode: 0o600, flag: 'wx' });
    await rename(temporary, seed.path);
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new VmError('host.seed', `the seed of cloud-init can't be written: ${reason}`, { cause });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** One name for all: what a launch leaves there that was killed, the next one takes away, or `remove`. */
export function unfinishedSeed(path: string): string {
  return `${path}.new`;
}
