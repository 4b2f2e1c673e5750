/** What planning has to say: decisions with their reasons, and what this host lacks. Pure types. */
import type { ErrorCode } from '../errors.js';

/** A decision with its reason, for `vm plan`. */
export interface Decision {
  /** The key of the spec that it answers (`placement.vcpus`). */
  readonly key: string;
  readonly value: string;
  readonly reason: string;
}

/** Something to tell: what this host lacks (`up` makes it an error), or a warning. */
export interface Finding {
  readonly severity: 'missing' | 'warning';
  readonly code: ErrorCode;
  /** The key of the spec that it is about. */
  readonly key: string;
  readonly message: string;
  readonly hint?: string;
}

/** Where the steps of planning leave what they have to say. */
export interface PlanNotes {
  readonly decide: (decision: Decision) => void;
  readonly find: (finding: Finding) => void;
}
