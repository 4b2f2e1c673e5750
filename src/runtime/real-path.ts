/** Where a path leads when every symbolic link in it is followed. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Of what does not exist yet, its folder is followed. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(realPath(folder), basename(path));
  }
}
