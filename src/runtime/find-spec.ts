/** Where specs are: `NAME` or a file becomes a text with a place. */
import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, parse, resolve } from 'node:path';
import { VmError } from '../errors.js';
import { hasCode } from '../qmp/system-error.js';
import { namePattern } from '../spec/name.js';
import { stdinFile } from '../spec/position.js';
import type { SpecSource } from '../spec/source.js';
import { readFileLater, readFileNow, readStandardInput } from './read-spec.js';
import { userId } from './roots.js';
import { reasonOf } from './thrown.js';

const extensions = ['.yaml', '.yml', '.json'];

/**
 * A text with a `/` or an ending of a spec is a file; `-` is standard input; any other is a name, looked for in `./vms`, in `vm` of
 * the user's config folder and, as root, in `/etc/vm`.
 * @throws VmError `spec.not-found`, `spec.unreadable`.
 */
export async function findSpec(
  specOrName: string,
  cwd: string = process.cwd(),
  signal?: AbortSignal,
): Promise<SpecSource> {
  if (specOrName === stdinFile || isFileName(specOrName)) return readSource(specOrName, cwd, signal);
  const folders = specFolders(cwd);
  const found = folders
    .flatMap((folder) => extensions.map((extension) => join(folder, `${specOrName}${extension}`)))
    .find(isFile);
  if (found !== undefined && !specOrName.includes('\0')) return readSpecFile(found);
  throw new VmError(
    'spec.not-found',
    `there is no spec ${JSON.stringify(specOrName.slice(0, 200))} in ${folders.join(', ')}`,
    {
      hint: `Write the path of a spec (./${namePattern.test(specOrName) ? specOrName : 'NAME'}.yaml), or make one: vm init NAME.`,
    },
  );
}

/** Reads a file, or standard input for `-`. @throws VmError `spec.not-found`, `spec.unreadable`. */
export async function readSource(
  file: string,
  cwd: string = process.cwd(),
  signal?: AbortSignal,
): Promise<SpecSource> {
  if (file !== stdinFile) return readSpecLater(resolve(cwd, file), signal);
  const text = await readStandardInput(signal).catch((cause: unknown) => {
    throw signal?.aborted ? cause : unreadable('standard input', cause);
  });
  return { file: stdinFile, folder: cwd, text };
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
    return { file, folder: dirname(file), text: readFileNow(file) };
  } catch (cause) {
    throw unreadable(JSON.stringify(file.slice(0, 200)), cause);
  }
}

async function readSpecLater(file: string, signal?: AbortSignal): Promise<SpecSource> {
  try {
    return { file, folder: dirname(file), text: await readFileLater(file, signal) };
  } catch (cause) {
    throw signal?.aborted ? cause : unreadable(JSON.stringify(file.slice(0, 200)), cause);
  }
}

function unreadable(what: string, cause: unknown): VmError {
  if (hasCode(cause, 'ENOENT', 'ENOTDIR'))
    return new VmError('spec.not-found', `there is no file ${what}`, { cause });
  const reason = hasCode(cause, 'EISDIR')
    ? 'it is a folder'
    : hasCode(cause, 'EAGAIN')
      ? 'it is no file, and has nothing to read now'
      : reasonOf(cause);
  return new VmError('spec.unreadable', `${what} can't be read: ${reason}`, { cause });
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
