/** The one place that quotes: for QEMU's option parser and for a reader's shell. Pure. */

export type OptionValue = string | number | boolean;
/** A list says its key several times. */
export type OptionMembers = Readonly<Record<string, OptionValue | readonly OptionValue[] | undefined>>;

/**
 * `key=value,…` for options that take no JSON. A comma in a value is doubled, which is all that QEMU's parser knows
 * (util/keyval.c, util/qemu-option.c); switches are `on` and `off`.
 */
export function keyValue(first: string | undefined, members: OptionMembers): string {
  const parts = first === undefined ? [] : [escapeCommas(first)];
  for (const [key, value] of Object.entries(members)) {
    for (const one of [value].flat()) {
      if (one === undefined) continue;
      const text = typeof one === 'boolean' ? (one ? 'on' : 'off') : String(one);
      parts.push(`${key}=${escapeCommas(text)}`);
    }
  }
  return parts.join(',');
}

function escapeCommas(text: string): string {
  return text.replaceAll(',', ',,');
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** The JSON form, which `-device`, `-object`, `-blockdev` and `-netdev` take since 7.0: any string goes through unchanged. */
export function json(value: { readonly [key: string]: JsonValue | undefined }): string {
  return JSON.stringify(value);
}

/** Quotes a word for a POSIX shell; words of harmless characters stay bare. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
