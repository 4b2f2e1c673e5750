/** Finds the QEMU binary. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

export const defaultBinary = 'qemu-system-x86_64';

/**
 * The absolute path of the QEMU to run: as given if it names a folder, else the first in PATH.
 * @returns undefined if there is none that this user can execute.
 */
export function findQemu(binary: string = defaultBinary): string | undefined {
  if (binary.includes('/')) return isExecutable(binary) ? binary : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, binary)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
