/** Waits for the socket of a QEMU that is just starting. */
import { existsSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Limits, within } from './limits.js';

/**
 * Resolves when the file is there, told by the kernel (inotify(7)): of a hundred that start side by side each would else be looked for
 * hundreds of times.
 * @throws what `late` makes past the deadline; the signal's reason; the system's error where there is no such folder.
 */
export function untilThere(path: string, limits: Limits, late: () => Error): Promise<void> {
  return within<void>(limits, late, (resolve, reject) => {
    const name = basename(path);
    const watcher = watch(dirname(path), (_event, file) => {
      // Some kernels and file systems don't say which.
      if (file === name || file === null) look();
    });
    watcher.on('error', reject);
    const look = () => {
      if (existsSync(path)) resolve();
    };
    // It may have come before we looked.
    look();
    return () => watcher.close();
  });
}
