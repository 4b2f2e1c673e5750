/** By what it is known that a QEMU is still the one that was asked. */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { release } from 'node:os';
import { probedDrivers } from './capabilities-drivers.js';

/** Raised when what is kept changes its form. */
const cacheVersion = 1;
/** Where distributors put QEMU's modules: installing one brings new drivers. */
const moduleFolders = ['/usr/lib/x86_64-linux-gnu/qemu', '/usr/lib64/qemu', '/usr/lib/qemu'];

/** Another one where binary, modules or kernel are. */
export function capabilitiesIdentity(binary: string): string {
  const path = realpathSync(binary);
  const modules = moduleFolders.map((folder) => traits(statSync(folder, { throwIfNoEntry: false })));
  return [cacheVersion, probedDrivers.join(), path, traits(statSync(path)), ...modules, release()].join('|');
}

function traits(found: Stats | undefined): string {
  return found === undefined ? '' : [found.dev, found.ino, found.size, found.mtimeMs].join(':');
}
