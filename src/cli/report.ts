/** How errors and warnings are told. */
import { exitCodes, VmError } from '../errors.js';
import { escapeUnprintable } from '../spec/printable.js';
import { Interrupted } from './interrupt.js';
import { BrokenPipe, tell } from './output.js';
import { type Style, styleFor } from './render/style.js';

export interface ReportOptions {
  readonly json: boolean;
  /** Show the stack of what is a defect of `vm`. */
  readonly debug: boolean;
  readonly style: Style;
}

/** Whether the arguments ask for JSON. Looked up by hand, since arguments can be what is wrong. */
export function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (arg, index) => arg === '--format=json' || (arg === '--format' && args[index + 1] === 'json'),
  );
}

/** An error as it goes to stderr: `vm: MESSAGE`, details, hint; or one line of JSON. */
export function renderError(error: unknown, { json, debug, style }: ReportOptions): string {
  const known = asVmError(error);
  const stack = debug && error instanceof Error ? (error.stack ?? '').split('\n').slice(1) : [];
  const { message, hint, details } = known ?? defect(error, debug);
  if (json) {
    const code = known?.code ?? 'internal';
    return JSON.stringify({ error: { code, message, hint: hint ?? null, details: [...details, ...stack] } });
  }
  const hints = hint === undefined ? [] : [`${style('cyan', 'hint:')} ${hint}`];
  return [`${style('red', 'vm:')} ${safe(message)}`, ...details.map(safe), ...stack, ...hints].join('\n');
}

/** What QEMU or a file said can't steer the terminal. */
function safe(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeUnprintable(line.replaceAll('\t', '  ')))
    .join('\n');
}

function asVmError(error: unknown): VmError | undefined {
  if (error instanceof Interrupted) return new VmError('interrupted.signal', error.message);
  if (error instanceof VmError) return error;
  return isSystemError(error)
    ? new VmError('host.system', error.message, {
        cause: error,
        hint: systemHints[error.code ?? ''] ?? defaultHint,
      })
    : undefined;
}

/** A full disk, a read-only file system, too many open files: the host's doing, whatever we were at. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'errno' in error && 'code' in error;
}

const defaultHint = 'The system refused it; nothing more is known here.';
const systemHints: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: make room, or name another folder by VM_RUNTIME_DIR and VM_STATE_DIR.',
  EROFS: 'The file system is read-only: VM_RUNTIME_DIR and VM_STATE_DIR name other folders.',
  EACCES: 'This user may not: VM_RUNTIME_DIR and VM_STATE_DIR name other folders.',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n).',
};

function defect(error: unknown, debug: boolean): Pick<VmError, 'message' | 'hint' | 'details'> {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const how = debug ? '' : ' VM_DEBUG=1 shows where it happened.';
  return {
    message: `${what}: this is a defect of vm`,
    hint: `Please report it, with what you did.${how}`,
    details: [],
  };
}

/** The exit code that an error asks for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof BrokenPipe) return exitCodes.done;
  return asVmError(error)?.exitCode ?? exitCodes.internal;
}

/** Tells an error and takes its exit code for that of the process; the first one that fails decides. */
export function fail(error: unknown): void {
  if (!(error instanceof BrokenPipe)) {
    tell(
      renderError(error, {
        json: wantsJson(process.argv.slice(2)),
        debug: process.env.VM_DEBUG === '1',
        style: styleFor(process.stderr),
      }),
    );
  }
  process.exitCode ||= exitCodeOf(error);
}

/** A warning on stderr. */
export function warn(text: string, hint?: string): void {
  const style = styleFor(process.stderr);
  tell(`${style('yellow', 'vm: warning:')} ${text}`);
  if (hint !== undefined) tell(`${style('cyan', 'hint:')} ${hint}`);
}
