/** What is wrong with a spec, where, and what to do. Pure; without zod and yaml, so that any part may throw and catch it. */
import { posix as path } from 'node:path';
import { VmError } from '../errors.js';
import { codeFrame } from './frame.js';
import { overrideFile, type Position } from './position.js';
import { escapeUnprintable } from './printable.js';

export interface SpecIssue extends Position {
  /** `disks[0].cache`; empty where the file as a whole is meant. */
  readonly key: string;
  /** What is wrong and what is wanted. */
  readonly message: string;
  /** What to do, where the message does not say it. */
  readonly hint?: string;
}

/** An issue of a spec whose place is found by its key. */
export type KeyIssue = Pick<SpecIssue, 'key' | 'message' | 'hint'>;

/** Errors shown; a file of nothing but errors has one cause. */
const mostShown = 50;

/** A spec that can't be used (`spec.invalid`, exit code 2), with all that is wrong with it, in the order of the text. */
export class SpecError extends VmError {
  readonly issues: readonly SpecIssue[];
  readonly #texts: ReadonlyMap<string, string>;

  /**
   * @param texts the text of each file, for the code frames.
   * @param folder files below it are shown relative to it.
   */
  constructor(issues: readonly SpecIssue[], texts: ReadonlyMap<string, string> = new Map(), folder?: string) {
    const sorted = inOrder(issues, texts);
    const [first] = sorted;
    const one = sorted.length === 1 && first !== undefined;
    const message = one ? headline(first, folder) : `${sorted.length} errors in the spec`;
    const blocks = sorted
      .slice(0, mostShown)
      .map((issue) => block(issue, texts.get(issue.file), folder, !one));
    if (sorted.length > mostShown) blocks.push([`and ${sorted.length - mostShown} more`]);
    super('spec.invalid', message, {
      details: blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])),
    });
    this.issues = sorted;
    this.#texts = texts;
  }

  /** The same error with its files shown relative to a folder. */
  shownFrom(folder: string): SpecError {
    return new SpecError(this.issues, this.#texts, folder);
  }
}

/** `file:line:column: key: what; what to do`, or `--set key: …`. */
export function headline(issue: SpecIssue, folder?: string): string {
  const what = issue.hint === undefined ? issue.message : `${issue.message}; ${issue.hint}`;
  const key = issue.key === '' ? '' : `${issue.key}: `;
  if (issue.file === overrideFile) return `${overrideFile} ${key}${what}`;
  return `${escapeUnprintable(shortPath(issue.file, folder))}:${issue.line}:${issue.column}: ${key}${what}`;
}

function block(
  issue: SpecIssue,
  text: string | undefined,
  folder: string | undefined,
  withHeadline: boolean,
): string[] {
  const frame = text === undefined || text.trim() === '' ? [] : codeFrame(text, issue.line, issue.column);
  return withHeadline ? [headline(issue, folder), ...frame] : frame;
}

function shortPath(file: string, folder: string | undefined): string {
  if (folder === undefined || !file.startsWith('/')) return file;
  const relative = path.relative(folder, file);
  return relative === '' || relative.startsWith('../') ? file : relative;
}

/** The files in the order that they were read, overrides last. */
function inOrder(issues: readonly SpecIssue[], texts: ReadonlyMap<string, string>): SpecIssue[] {
  const files = [...texts.keys()];
  const rank = (file: string) => (files.indexOf(file) + files.length + 1) % (files.length + 1);
  const fileOrder = new Map(
    issues.map(({ file }) => [file, files.includes(file) ? rank(file) : files.length]),
  );
  return [...issues].sort(
    (a, b) =>
      (fileOrder.get(a.file) ?? 0) - (fileOrder.get(b.file) ?? 0) || a.line - b.line || a.column - b.column,
  );
}
