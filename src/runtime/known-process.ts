/** Finds and ends processes that an earlier command started, also where it was killed before it could note the pid. */
import { readFileSync } from 'node:fs';
import { VmError } from '../errors.js';
import { isFlocked } from './flock.js';
import { hasOpen, identifyFile, otherProcesses } from './open-files.js';
import { identify, isAlive, type ProcessIdentity, signalProcess, waitForExit } from './process.js';

/** By what it can be known. */
export interface KnownProcess {
  /** What it is called in errors. */
  readonly id: string;
  /** Its command line, which has a path of its own in it. */
  readonly argv: readonly string[];
  /** A file that its launcher locked on a descriptor that it inherits: so it is known until it is that program. */
  readonly alive: string;
  /** Null: not noted. */
  readonly identity: ProcessIdentity | null;
}

/** Seconds to end on SIGTERM, and for the kernel to end it. */
const termPatience = 1;
const killPatience = 10;

/** Ends it, with all that it started of its own kind. @throws VmError `state.not-stopped`. */
export async function endKnown(known: KnownProcess): Promise<void> {
  for (let found = await findKnown(known); found.length > 0; found = await findKnown(known)) {
    await Promise.all(found.map((process) => end(process, known)));
  }
}

async function end(process: ProcessIdentity, { id }: KnownProcess): Promise<void> {
  signalProcess(process, 'SIGTERM');
  if (await waitForExit(process, termPatience)) return;
  signalProcess(process, 'SIGKILL');
  if (await waitForExit(process, killPatience)) return;
  throw new VmError('state.not-stopped', `${id} (process ${process.pid}) does not end, not even by SIGKILL`, {
    hint: 'The kernel holds it, mostly for a disk that does not answer: see its state in `ps`, and the kernel log.',
  });
}

/** By every sign there is. Those that have let go of the lock have become their program before: so the lock is looked at first. */
async function findKnown({ argv, alive, identity }: KnownProcess): Promise<ProcessIdentity[]> {
  const file = (await isFlocked(alive)) ? identifyFile(alive) : undefined;
  const command = [...argv, ''].join('\0');
  const pids = otherProcesses().filter(
    (pid) => (file !== undefined && hasOpen(pid, file)) || commandOf(pid) === command,
  );
  const found = pids.flatMap((pid) => identify(pid) ?? []);
  const isNew = identity !== null && isAlive(identity) && found.every(({ pid }) => pid !== identity.pid);
  return isNew ? [identity, ...found] : found;
}

/** As the kernel has it: each word with a NUL after it. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
