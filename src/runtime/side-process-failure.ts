/** What is said of a process beside QEMU that failed: its own last words. */
import { shellWord } from '../command/quote.js';
import { VmError } from '../errors.js';
import type { SideProcessPlan } from '../plan/side-process.js';
import { readTail } from './log-files.js';

interface FailureDetails {
  readonly error?: unknown;
  readonly qemuSaid?: readonly string[];
}

/** Lines of it that are shown. */
const shownLines = 20;

/** @param what it did: `ended (exit status 1)`. */
export function sideProcessFailure(
  { id, log, key, program, args }: SideProcessPlan,
  what: string,
  { error, qemuSaid = [] }: FailureDetails,
): VmError {
  const words = readTail(log, shownLines);
  const last = words.at(-1) ?? 'it said nothing';
  return new VmError('host.side-process', `${key}: ${id} ${what}: ${last}`, {
    cause: error,
    hint: `All is undone; its log is ${log}.`,
    details: [
      ...(words.length > 0 ? [`${id} said:`, ...words] : []),
      ...(qemuSaid.length > 0 ? ['QEMU said:', ...qemuSaid] : []),
      'The command was:',
      [program, ...args].map(shellWord).join(' '),
    ],
  });
}
