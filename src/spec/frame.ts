/** The lines of a file around an error, with a caret under it. Pure. */
import { escapeUnprintable } from './printable.js';

/** UTF-16 units of a line that are shown. */
const widest = 100;

/** Characters that take two columns of a terminal (Unicode's East Asian Width W and F, and emoji). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const combining = /[\p{Mn}\p{Me}]/u;

/**
 * Shows a place in a text: the line before, the line, a caret, the line after. Long lines are cut around the place, tabs become two
 * spaces, unprintable characters are escaped.
 * @param line from 1; one past the end of the text shows nothing.
 * @param column from 1, in UTF-16 units.
 */
export function codeFrame(text: string, line: number, column: number): string[] {
  const lines = linesAround(text, line);
  const at = lines.get(line);
  if (at === undefined) return [];
  const from = at.length <= widest ? 0 : Math.max(0, Math.min(column - 1 - widest / 2, at.length - widest));
  const gutter = String(line + 1).length;
  const frame: string[] = [];
  for (const [number, content] of lines) {
    const mark = number === line ? '>' : ' ';
    frame.push(`${mark} ${String(number).padStart(gutter)} | ${cut(content, from)}`.trimEnd());
    if (number === line) {
      const before = cut(at.slice(0, column - 1), from, '');
      frame.push(`  ${' '.repeat(gutter)} | ${' '.repeat(columns(before))}^`);
    }
  }
  return frame;
}

/** The line and its neighbours, without splitting the whole text. */
function linesAround(text: string, line: number): Map<number, string> {
  const found = new Map<number, string>();
  let start = 0;
  for (let number = 1; number <= line + 1; number++) {
    const end = text.indexOf('\n', start);
    const content = text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
    const last = end === -1 || end === text.length - 1;
    if (number >= line - 1 && (number <= line || content !== '')) found.set(number, content);
    if (last) break;
    start = end + 1;
  }
  return found;
}

/** The part of a line that is shown, ready to print. */
function cut(line: string, from: number, more = '…'): string {
  const part = line.slice(from, from + widest).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
  const tail = line.length > from + widest ? more : '';
  return (from > 0 ? '…' : '') + escapeUnprintable(part.replaceAll('\t', '  ')) + tail;
}

function columns(text: string): number {
  let total = 0;
  for (const character of text) total += combining.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return total;
}
