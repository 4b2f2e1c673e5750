/** JSON for scripts. */

/** Indented, with a final newline: what `--format json` prints. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
