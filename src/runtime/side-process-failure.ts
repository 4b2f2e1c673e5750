/** What is said of a process beside QEMU that failed: its own last words. */
import { shellWord } from '../command/quote.js';
import { VmError } from '../errors.js';
import type { SideProcessPlan } from '../plan/side-process.js';
import { readTail } from './log-files.js';

/** Lines of it that are shown. */
const shownLines = 20;

/** @param what it did: `ended (exit status 1)`. */
export function sideProcessFailure(side: SideProcessPlan, what: string, cause?: unknown): VmError {
  const { id, log, key, program, args } = side;
  const last = readTail(log, 1)[0] ?? 'it said nothing';
  return new VmError('host.side-process', `${key}: ${id} ${what}: ${last}`, {
    cause,
    hint: `All is undone; its log is ${log}.`,
    details: [...lastWords(side), 'The command was:', [program, ...args].map(shellWord).join(' ')],
  });
}

/** Nothing, if it said nothing. */
export function lastWords({ id, log }: SideProcessPlan): string[] {
  const words = readTail(log, shownLines);
  return words.length > 0 ? [`${id} said:`, ...words] : [];
}
