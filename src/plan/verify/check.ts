/** A promise of the spec, judged by what the running system is. Pure. */

export interface Check {
  /** What it is about, stable: `vcpu.0.affinity`, `memory.0.merge`. */
  readonly id: string;
  /** `skip`: nothing was promised, or it can't be told here; `found` says why. */
  readonly status: 'pass' | 'fail' | 'skip';
  /** What the spec makes true, one sentence. */
  readonly promise: string;
  /** What the kernel and QEMU say. */
  readonly found: string;
  /** What to do about it; null: nothing. */
  readonly advice: string | null;
}

/** What came of all checks of a VM. */
export interface Verification {
  readonly name: string;
  /** No check failed. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** Where the record says other than what runs, a sentence each. The checks don't rest on it. */
  readonly notes: readonly string[];
}

export function judged(
  id: string,
  promise: string,
  isKept: boolean,
  found: string,
  advice: string | null = null,
): Check {
  return { id, status: isKept ? 'pass' : 'fail', promise, found, advice: isKept ? null : advice };
}

export function skipped(id: string, promise: string, reason: string, advice: string | null = null): Check {
  return { id, status: 'skip', promise, found: reason, advice };
}
