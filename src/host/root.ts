/** The file system below a root folder: this machine's (`/`) or a captured tree's (`--sysroot DIR`). Absent and unreadable are the same: undefined. */
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import { posix } from 'node:path';
import { VmError } from '../errors.js';

export interface Root {
  /** Whether it is the running machine. */
  readonly live: boolean;
  /** The text of a regular file. */
  text(path: string): string | undefined;
  /** Its first bytes only, for long files of which the beginning says it all. */
  head(path: string, bytes: number): string | undefined;
  /** What a folder holds, in the order of the alphabet; nothing where there is no folder. */
  names(path: string): readonly string[];
  exists(path: string): boolean;
  isFolder(path: string): boolean;
  /** The target of a symbolic link, as written. */
  link(path: string): string | undefined;
  /** Where what is at a path really lies, all links followed inside the root; for those who write. */
  real(path: string): string | undefined;
}

/** As many links as the kernel follows in one path (MAXSYMLINKS). */
const MOST_LINKS = 40;

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * Opens a root folder.
 * @param path `/` (the default) for this machine, or the folder of a captured tree. In a tree every symbolic link is followed inside it, as after a chroot.
 * @throws VmError `usage.sysroot` if it is no folder: a slip in `--sysroot` would otherwise look like a machine without CPUs.
 */
export function openRoot(path = '/'): Root {
  const base = posix.resolve(path);
  if (base === '/') return rootOf(true, (inside) => inside);
  if (!attempt(() => statSync(base).isDirectory())) {
    throw new VmError('usage.sysroot', `${path} is no folder: no machine can be read from it`, {
      hint: 'Name the folder that holds the sys and proc of the captured machine.',
    });
  }
  return rootOf(false, insideOf(base));
}

function rootOf(live: boolean, locate: (path: string) => string | undefined): Root {
  /** In a captured tree only regular files are opened: a FIFO would block, a device would act. */
  const file = (path: string): string | undefined => {
    const real = locate(path);
    if (real === undefined || live) return real;
    return attempt(() => statSync(real).isFile()) ? real : undefined;
  };
  return {
    live,
    real: locate,
    text(path) {
      const real = file(path);
      return real === undefined ? undefined : attempt(() => readFileSync(real, 'utf8'));
    },
    head(path, bytes) {
      const real = file(path);
      return real === undefined ? undefined : attempt(() => readHead(real, bytes));
    },
    names(path) {
      const real = locate(path);
      return (real === undefined ? undefined : attempt(() => readdirSync(real).sort())) ?? [];
    },
    exists(path) {
      const real = locate(path);
      return real !== undefined && existsSync(real);
    },
    isFolder(path) {
      const real = locate(path);
      return real !== undefined && attempt(() => statSync(real).isDirectory()) === true;
    },
    link(path) {
      const folder = locate(posix.dirname(path));
      return folder === undefined
        ? undefined
        : attempt(() => readlinkSync(posix.join(folder, posix.basename(path))));
    },
  };
}

function readHead(path: string, bytes: number): string {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    let length = 0;
    // Files of /proc come a page at a time.
    for (let read = -1; read !== 0 && length < bytes; length += read) {
      read = readSync(descriptor, buffer, length, bytes - length, null);
    }
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Finds where a path of the tree really lies: link after link, each taken inside `base`. */
function insideOf(base: string): (path: string) => string | undefined {
  const folders = new Map<string, string | undefined>([['/', '/']]);
  const resolveFolder = (path: string, links: number): string | undefined => {
    if (!folders.has(path)) folders.set(path, resolve(path, links));
    return folders.get(path);
  };
  const resolve = (path: string, links: number): string | undefined => {
    if (path === '/') return '/';
    if (links > MOST_LINKS) return undefined;
    const parent = resolveFolder(posix.dirname(path), links);
    if (parent === undefined) return undefined;
    const candidate = posix.join(parent, posix.basename(path));
    const real = base + candidate;
    const status = attempt(() => lstatSync(real, { throwIfNoEntry: false }));
    if (status === undefined) return undefined;
    if (!status.isSymbolicLink()) return candidate;
    const target = attempt(() => readlinkSync(real));
    // resolve() stops at the root, so that no number of `..` leaves the tree.
    return target === undefined ? undefined : resolve(posix.resolve(parent, target), links + 1);
  };
  return (path) => {
    const inside = resolve(posix.resolve('/', path), 0);
    return inside === undefined ? undefined : base + inside;
  };
}
