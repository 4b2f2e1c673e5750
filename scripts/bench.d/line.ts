/** What was promised, what was measured, and whether that keeps it. */

export type Unit = 'ms' | 'times' | 'MiB' | 'a second' | 'processes';

export interface Line {
  /** Stable, for programs. */
  readonly id: string;
  /** The promise in words. */
  readonly what: string;
  readonly unit: Unit;
  readonly value: number;
  /** The promise in figures: at most, or at least. */
  readonly limit: number;
  readonly bound: 'at most' | 'at least';
  /** The medians that the value was worked out from, by name. */
  readonly from: Readonly<Record<string, number>>;
}

export function atMost(limit: number, line: Omit<Line, 'limit' | 'bound'>): Line {
  return { ...line, limit, bound: 'at most' };
}

export function atLeast(limit: number, line: Omit<Line, 'limit' | 'bound'>): Line {
  return { ...line, limit, bound: 'at least' };
}

export function isMet({ value, limit, bound }: Line): boolean {
  return bound === 'at most' ? value <= limit : value >= limit;
}

/** What a group has measured, and what it could not, with the reason. */
export interface Result {
  readonly lines: readonly Line[];
  readonly missing: readonly string[];
}
