/** Exit codes of every verb. They are part of the command's contract: scripts branch on them. */
export const exitCodes = {
  /** Done. */
  done: 0,
  /** The answer is no: `verify`, `host check`, `diff`, `wait`. */
  no: 1,
  /** The spec is wrong. */
  spec: 2,
  /** A domain that can't be read as a spec. */
  import: 2,
  /** The host lacks something or refuses it. */
  host: 3,
  /** QEMU refused to start or died. */
  qemu: 4,
  /** QMP: no answer, or an error in the answer. */
  qmp: 5,
  /** State: no such VM, runs already, locked. */
  state: 6,
  /** The command line of `vm` itself is wrong. */
  usage: 64,
  /** A defect of `vm`. */
  internal: 70,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
} as const;

export type ErrorFamily =
  | 'no'
  | 'spec'
  | 'import'
  | 'host'
  | 'qemu'
  | 'qmp'
  | 'state'
  | 'usage'
  | 'interrupted';

/** Stable, for scripts: the family that decides the exit code, a dot, and what happened (`host.cpu-offline`). */
export type ErrorCode = `${ErrorFamily}.${string}`;

export interface ErrorDetails {
  /** What to do next, one or more sentences. */
  hint?: string;
  /** What lies under it. */
  cause?: unknown;
  /** Lines worth showing below the message: QEMU's last words, a code frame, the command line. */
  details?: readonly string[];
}

/** Every failure that a user can cause or meet. Anything else that is thrown is a defect of `vm`. */
export class VmError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, { hint, cause, details = [] }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
    this.details = details;
  }

  get exitCode(): number {
    return exitCodes[this.code.slice(0, this.code.indexOf('.')) as ErrorFamily];
  }
}
