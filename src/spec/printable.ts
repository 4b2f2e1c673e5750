/** Text from a file made safe to print: it can neither steer the terminal nor reorder what stands around it. Pure. */

/** Control, format (bidirectional marks, zero-width) and lone surrogate characters, and line separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Writes each unprintable character as its escape: `\x1b`, `\u202e`. */
export function escapeUnprintable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) return `\\u{${code.toString(16)}}`;
    return code > 0xff
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** A text in double quotes, at most 40 characters of it, escaped: what an error shows of a value. */
export function printable(text: string): string {
  const characters = [...text.slice(0, 82)];
  const short = characters.length > 40 ? `${characters.slice(0, 39).join('')}…` : text;
  const named = short.replace(/[\\"\n\t\r]/g, (character) => JSON.stringify(character).slice(1, -1));
  return `"${escapeUnprintable(named)}"`;
}

/** What an error shows of any value: short, and never a map's or list's content. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return printable(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return value === null || value === undefined ? 'nothing' : 'a map';
}

/** `a`, `a or b`, `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
