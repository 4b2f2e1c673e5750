/** The files that a spec names, as they are: nothing is changed, and nothing that could block or act is opened. */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import type { FileFacts } from '../plan/facts.js';
import { formatOfMagic, MAGIC_BYTES } from './image-format.js';

const missing: FileFacts = {
  kind: 'missing',
  readable: false,
  writable: false,
  bytes: null,
  direct: null,
  format: null,
};

/** Reads the facts of files by path, as given. Symbolic links are followed; a path that can't be looked at counts as missing. */
export function readFileFacts(paths: readonly string[]): Map<string, FileFacts> {
  return new Map(paths.map((path) => [path, readOne(path)]));
}

function readOne(path: string): FileFacts {
  const status = statOf(path);
  if (status === undefined) return missing;
  const kind = kindOf(status);
  const readable = isAllowed(path, constants.R_OK);
  const holdsData = kind === 'file' || kind === 'block';
  return {
    kind,
    readable,
    writable: isAllowed(path, constants.W_OK),
    bytes: kind === 'file' ? status.size : kind === 'block' ? blockBytes(status) : null,
    direct: holdsData && readable ? opensDirectly(path) : null,
    format: holdsData && readable ? formatOf(path) : null,
    ...(holdsData ? { device: deviceNumber(kind === 'file' ? status.dev : status.rdev) } : {}),
  };
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function kindOf(status: Stats): FileFacts['kind'] {
  if (status.isFile()) return 'file';
  if (status.isBlockDevice()) return 'block';
  return status.isDirectory() ? 'folder' : 'other';
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** O_DIRECT is refused by the open itself (EINVAL) where the file system has none, older tmpfs above all. */
function opensDirectly(path: string): boolean | null {
  try {
    closeSync(openSync(path, constants.O_RDONLY | constants.O_DIRECT | constants.O_NONBLOCK));
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EINVAL' ? false : null;
  }
}

function formatOf(path: string): string | null {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const buffer = Buffer.alloc(MAGIC_BYTES);
      return formatOfMagic(buffer.subarray(0, readSync(descriptor, buffer, 0, MAGIC_BYTES, 0)));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

/** The size of a block device, which `stat` shows as 0: sysfs counts 512-byte sectors. */
function blockBytes({ rdev }: Stats): number | null {
  try {
    return Number(readFileSync(`/sys/dev/block/${deviceNumber(rdev)}/size`, 'utf8')) * 512;
  } catch {
    return null;
  }
}

/** `MAJOR:MINOR` of the kernel's dev_t in 64 bits, low part: 12 bits of major between the two parts of the minor (glibc's gnu_dev_major). */
function deviceNumber(device: number): string {
  return `${(device >>> 8) & 0xfff}:${(device & 0xff) | ((device >>> 12) & 0xfff00)}`;
}
