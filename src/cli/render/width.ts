/** How many cells of a terminal a text takes. */

/** Characters of two cells: Unicode's East Asian Width W and F, by blocks, and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Characters of none: combining marks, joiners, controls. */
const invisible = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;

/** The width of a text without escape sequences, in cells. */
export function displayWidth(text: string): number {
  let cells = 0;
  for (const character of text) {
    if (!invisible.test(character)) cells += wide.test(character) ? 2 : 1;
  }
  return cells;
}

/** Fills up with spaces to that many cells; a longer text stays as it is. */
export function pad(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, cells - displayWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** Cuts to at most that many cells; `…` takes the place of what is gone. */
export function truncate(text: string, cells: number): string {
  if (displayWidth(text) <= cells) return text;
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept + character) > cells - 1) break;
    kept += character;
  }
  return cells > 0 ? `${kept}…` : '';
}
