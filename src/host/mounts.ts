/** What is mounted where (proc_mounts(5)). */
import type { Root } from './root.js';

export interface Mount {
  readonly mount: string;
  readonly type: string;
  readonly options: readonly string[];
}

export function readMounts(root: Root): Mount[] {
  return (root.text('/proc/mounts') ?? root.text('/proc/self/mounts') ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, mount = '', type = '', options = ''] = line.split(' ');
      return { mount: unescapePath(mount), type, options: options.split(',') };
    });
}

/** Blanks and backslashes of a path are written as octal numbers. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
