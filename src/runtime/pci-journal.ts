/** What `vm host pci bind` took devices from, until they are given back. */
import { promises, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { VmError } from '../errors.js';
import type { PciBinding } from '../plan/pci-binding.js';
import { hasCode } from '../qmp/system-error.js';
import { bootId } from './process.js';
import { ensureFolder } from './roots.js';

/**
 * @returns nothing where there is none, or only that of an earlier boot: bindings do not outlive one.
 * @throws VmError `state.journal` if it can't be read as one.
 */
export function readPciJournal(path: string): PciBinding[] {
  try {
    const journal: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isJournal(journal)) return journal.bootId === bootId() ? [...journal.devices] : [];
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new VmError('state.journal', `${path} is no journal of this version of vm`, {
    hint: 'It names the drivers that PCI devices had before: see to those by hand, then remove the file.',
  });
}

interface Journal {
  readonly version: 1;
  readonly bootId: string;
  readonly devices: readonly PciBinding[];
}

function isJournal(value: unknown): value is Journal {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1)
    return false;
  return (
    'bootId' in value && 'devices' in value && Array.isArray(value.devices) && value.devices.every(isBinding)
  );
}

function isBinding(value: unknown): value is PciBinding {
  if (typeof value !== 'object' || value === null) return false;
  const isName = (name: unknown) => name === null || typeof name === 'string';
  return (
    'address' in value &&
    typeof value.address === 'string' &&
    'driver' in value &&
    isName(value.driver) &&
    'override' in value &&
    isName(value.override)
  );
}

/** An empty journal is none. */
export async function writePciJournal(path: string, devices: readonly PciBinding[]): Promise<void> {
  if (devices.length === 0) return promises.rm(path, { force: true });
  ensureFolder(dirname(path));
  const draft = `${path}.new`;
  const journal: Journal = { version: 1, bootId: bootId(), devices };
  await promises.writeFile(draft, `${JSON.stringify(journal)}\n`, { mode: 0o600, flush: true });
  await promises.rename(draft, path);
}
