/** Verbs that take several names do each, whatever becomes of the others. */
import { fail } from './report.js';

/** Side by side. Each error is told as it comes; the process ends with the exit code of the first. */
export async function forEach<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  await Promise.all(items.map((item) => task(item).catch(fail)));
}

/** One after the other, for output in the order of the arguments. */
export async function inOrder<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await task(item).catch(fail);
}

/** Without repeats, in the order first given: `vm up a a` is `vm up a`. */
export function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
