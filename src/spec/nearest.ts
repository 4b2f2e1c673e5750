/** "Did you mean …?" for keys of a spec, verbs and flags. Pure. */

/** Longer words are no slips of the pen, and would cost time. */
const longestWord = 64;

/** camelCase, snake_case, kebab-case and capitals are one spelling. */
const fold = (word: string) => word.toLowerCase().replace(/[-_\s]/g, '');

/**
 * The candidate that the word was probably meant to be: spelled alike but for case and separators, else at most two slips away (one in a
 * word of up to four letters), else the only one that begins with it. The first of equals.
 * @returns undefined if none is near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length === 0 || word.length > longestWord) return undefined;
  const wanted = fold(word);
  if (wanted === '') return undefined;
  const all = [...candidates];
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of all) {
    const folded = fold(candidate);
    const slipped = slips(wanted, folded);
    if (slipped > (Math.min(wanted.length, folded.length) <= 4 ? 1 : 2)) continue;
    // Among equals, the one with the same first letter: that one is seldom wrong.
    const distance = slipped + (folded[0] === wanted[0] ? 0 : 0.5);
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  if (best) return best.candidate;
  const begun = wanted.length >= 3 ? all.filter((candidate) => fold(candidate).startsWith(wanted)) : [];
  return begun.length === 1 ? begun[0] : undefined;
}

/** Letters to add, drop, change or swap with a neighbour (optimal string alignment); 3 stands for more than two. */
function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        cell(last, column) + 1,
        cell(current, column - 1) + 1,
        cell(last, column - 1) + (same ? 0 : 1),
        swapped ? cell(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = current;
  }
  return cell(last, b.length);
}

const cell = (row: readonly number[], column: number) => row[column] ?? Number.POSITIVE_INFINITY;
