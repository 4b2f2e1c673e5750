/** Where VMs leave their files, and the making of those folders: ours alone, mode 0700. */
import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { VmError } from '../errors.js';
import { serialSocket, type VmPaths, type VmRoots, vmPaths } from '../plan/paths.js';
import { longestSocketPath } from '../qmp/connection.js';
import { hasCode } from '../qmp/system-error.js';
import { reasonOf } from './thrown.js';

/**
 * The runtime root is `$VM_RUNTIME_DIR`, else `/run/vm` (root) or `$XDG_RUNTIME_DIR/vm`, else `/tmp/vm-UID`; the state
 * root is `$VM_STATE_DIR`, else `vm` in the XDG state folder. Reads nothing but its arguments.
 */
export function vmRoots(env: NodeJS.ProcessEnv = process.env, uid: number = userId()): VmRoots {
  return { runtime: runtimeRoot(env, uid), state: stateRoot(env) };
}

function runtimeRoot(env: NodeJS.ProcessEnv, uid: number): string {
  if (env.VM_RUNTIME_DIR) return resolve(env.VM_RUNTIME_DIR);
  if (uid === 0) return '/run/vm';
  const folder = absolute(env.XDG_RUNTIME_DIR);
  return folder === undefined ? `/tmp/vm-${uid}` : join(folder, 'vm');
}

function stateRoot(env: NodeJS.ProcessEnv): string {
  if (env.VM_STATE_DIR) return resolve(env.VM_STATE_DIR);
  return join(absolute(env.XDG_STATE_HOME) ?? join(env.HOME || homedir(), '.local/state'), 'vm');
}

/** The XDG base directory specification has relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

export function userId(): number {
  return process.getuid?.() ?? 0;
}

/** Held by a launch from its look at the claims until its own are in its record. */
export function claimsLock({ runtime }: VmRoots): string {
  return join(runtime, '.claims.lock');
}

/** The paths of a VM here. @throws VmError `state.path-too-long` when a socket there could not be made. */
export function checkedPaths(roots: VmRoots, name: string): VmPaths {
  const paths = vmPaths(roots, name);
  for (const socket of [paths.control, paths.agent, serialSocket(paths, 3)]) refuseLongSocket(socket);
  return paths;
}

/** @throws VmError `state.path-too-long` for a socket that Linux could not bind. */
export function refuseLongSocket(path: string): void {
  if (bytes(path) <= longestSocketPath) return;
  throw new VmError(
    'state.path-too-long',
    `the path of a socket would have ${bytes(path)} bytes, and Linux takes ${longestSocketPath}: ${path}`,
    {
      hint: 'Set VM_RUNTIME_DIR to a folder with a shorter path, or give the VM or the device a shorter name.',
    },
  );
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

/** @returns undefined where somebody takes it away, `again` and again. */
function makeFolder(path: string, again: boolean): Stats | undefined {
  try {
    mkdirSync(path, { mode: 0o700, recursive: true });
    return lstatSync(path);
  } catch (cause) {
    if (hasCode(cause, 'ENOENT') && again) return undefined;
    const reason = reasonOf(cause);
    throw new VmError('state.folder', `the folder ${path} can't be made: ${reason}`, { cause, hint });
  }
}

/** A path that can't be made has the same code as one that is taken away. */
const mostTurns = 1000;

/**
 * Makes the folder, and those above it, if it is not there.
 * @throws VmError `state.folder` when it is a symlink, no folder, or another user's.
 */
export function ensureFolder(path: string): void {
  let found: Stats | undefined;
  // A clean-up may take it away in between, also between two looks of mkdir(2) with `recursive`.
  for (let turn = 1; found === undefined; turn++) found = makeFolder(path, turn < mostTurns);
  refuseForeign(path, found);
  if ((found.mode & 0o022) !== 0 && (found.mode & 0o1000) === 0) chmodSync(path, 0o700);
}

/**
 * What another user put there is not believed: a record names processes to end. A folder that is not there is no danger.
 * @throws VmError `state.folder` when it is a symlink, no folder, or another user's.
 */
export function refuseForeignFolder(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined) refuseForeign(path, found);
}

function refuseForeign(path: string, found: Stats): void {
  if (!found.isDirectory()) {
    throw new VmError('state.folder', `${path} is no folder of its own, but a link or a file`, { hint });
  }
  if (found.uid !== userId()) {
    throw new VmError('state.folder', `the folder ${path} belongs to another user (${found.uid})`, { hint });
  }
}

const hint = 'VM_RUNTIME_DIR and VM_STATE_DIR name other folders.';
