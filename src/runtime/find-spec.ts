/** Where specs are: `NAME` or a file becomes a text with a place. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, parse, resolve } from 'node:path';
import { VmError } from '../errors.js';
import { stdinFile } from '../spec/position.js';
import type { SpecSource } from '../spec/source.js';
import { userId } from './roots.js';
import { hasCode, reasonOf } from './thrown.js';

const extensions = ['.yaml', '.yml', '.json'];

/**
 * A text with a `/` or an ending of a spec is a file; `-` is standard input; any other is a name, looked for in `./vms`, in `vm` of
 * the user's config folder and, as root, in `/etc/vm`.
 * @throws VmError `spec.not-found`, `spec.unreadable`.
 */
export function findSpec(specOrName: string, cwd: string = process.cwd()): SpecSource {
  if (specOrName === stdinFile) return { file: stdinFile, folder: cwd, text: readStandardInput() };
  if (isFileName(specOrName)) return readSpecFile(resolve(cwd, specOrName));
  const folders = specFolders(cwd);
  const found = folders
    .flatMap((folder) => extensions.map((extension) => join(folder, `${specOrName}${extension}`)))
    .find(isFile);
  if (found !== undefined && !specOrName.includes('\0')) return readSpecFile(found);
  throw new VmError(
    'spec.not-found',
    `there is no spec ${JSON.stringify(specOrName.slice(0, 200))} in ${folders.join(', ')}`,
    {
      hint: `Write the path of a spec (./${specOrName.slice(0, 64)}.yaml), or make one: vm init NAME.`,
    },
  );
}

/** Names that {@link findSpec} knows, sorted. */
export function listSpecs(cwd: string = process.cwd()): string[] {
  const names = specFolders(cwd).flatMap((folder) =>
    entriesOf(folder)
      .map((entry) => parse(entry))
      .filter(({ ext }) => extensions.includes(ext))
      .map(({ name }) => name),
  );
  return [...new Set(names)].sort();
}

/** Reads a spec by its absolute path. @throws VmError `spec.not-found`, `spec.unreadable`. */
export function readSpecFile(file: string): SpecSource {
  try {
    return { file, folder: dirname(file), text: readBounded(file) };
  } catch (cause) {
    const shown = JSON.stringify(file.slice(0, 200));
    if (hasCode(cause, 'ENOENT', 'ENOTDIR'))
      throw new VmError('spec.not-found', `there is no file ${shown}`, { cause });
    const reason = hasCode(cause, 'EISDIR') ? 'it is a folder' : reasonOf(cause);
    throw new VmError('spec.unreadable', `${shown} can't be read: ${reason}`, { cause });
  }
}

function isFileName(text: string): boolean {
  return text.includes('/') || extensions.includes(parse(text).ext);
}

function specFolders(cwd: string): string[] {
  const { XDG_CONFIG_HOME, HOME } = process.env;
  const config =
    XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(HOME || homedir(), '.config');
  return [join(cwd, 'vms'), join(config, 'vm'), ...(userId() === 0 ? ['/etc/vm'] : [])];
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** One byte more than a spec may have: enough to see that it is too long, whatever a device or a pipe would still give. */
const mostBytes = 1024 ** 2 + 1;

function readBounded(path: string): Uint8Array {
  const descriptor = openSync(path, 'r');
  try {
    return readUpTo(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readStandardInput(): Uint8Array {
  try {
    return readUpTo(0);
  } catch (cause) {
    throw new VmError('spec.unreadable', `standard input can't be read: ${reasonOf(cause)}`, { cause });
  }
}

function readUpTo(descriptor: number): Uint8Array {
  const buffer = Buffer.alloc(mostBytes);
  let length = 0;
  for (;;) {
    const read = readSome(descriptor, buffer, length);
    length += read;
    if (read === 0 || length === mostBytes) return buffer.subarray(0, length);
  }
}

/** Standard input may be a pipe or terminal that another program has made non-blocking. */
function readSome(descriptor: number, buffer: Buffer, offset: number): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer, offset, buffer.length - offset, null);
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
