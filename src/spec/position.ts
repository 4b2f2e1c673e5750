/** Places in a spec's text. Pure. */

/** Where something stands. Lines and columns count from 1; columns are UTF-16 units, as editors count them. */
export interface Position {
  /** An absolute path, `-` for standard input, `--set` for an override (whose line is its number, from 1). */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The `file` of positions of overrides. */
export const overrideFile = '--set';

/** The `file` of a spec from standard input. */
export const stdinFile = '-';

/** Turns offsets in a text into positions. */
export function positionsOf(file: string, text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
