/** What the YAML parser finds wrong, in the words of people who write specs. Pure. */
import type { YAMLError } from 'yaml';
import { escapeUnprintable } from './printable.js';

interface Words {
  readonly message: string;
  readonly hint?: string;
}

const byCode: Partial<Record<YAMLError['code'], Words>> = {
  TAB_AS_INDENT: { message: 'a tab indents this line, which YAML forbids', hint: 'indent with spaces' },
  BAD_ALIAS: { message: 'an alias (*name) is malformed', hint: 'put text that begins with * in quotes' },
  TAG_RESOLVE_FAILED: {
    message: 'tags (!name) are not part of a spec',
    hint: 'remove it, or put text that begins with ! in quotes',
  },
  BAD_SCALAR_START: { message: 'a plain value cannot begin with this character', hint: 'put it in quotes' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second "key: " on this line',
    hint: 'begin a new line, or put a value that contains ": " in quotes',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'this line is no "key: value"',
    hint: 'is a colon with a space behind it missing?',
  },
  NON_STRING_KEY: { message: 'a key must be text', hint: 'write key: value' },
};

/** The parser has one code for several of these. */
const byBeginning: readonly (readonly [string, Words])[] = [
  [
    'Missing closing',
    {
      message: 'this quote is opened and never closed',
      hint: 'close it; a \' inside \'…\' is doubled, a " inside "…" is \\"',
    },
  ],
  [
    'Flow ',
    { message: 'a [ or { is still open here', hint: 'close it with ] or }, or indent what belongs to it' },
  ],
  [
    'All mapping items',
    {
      message: 'this line is indented unlike its neighbours',
      hint: 'begin all keys of a map in the same column',
    },
  ],
  [
    'All collection items',
    { message: 'this line is indented unlike its neighbours', hint: 'begin all items in the same column' },
  ],
];

/** The parser reports it where the text ends, not where the quote stands. */
export function isUnclosedQuote({ code, message }: YAMLError): boolean {
  return code === 'MISSING_CHAR' && message.startsWith('Missing closing');
}

export function explainYaml({ code, message }: YAMLError): Words {
  const known = byCode[code] ?? byBeginning.find(([beginning]) => message.startsWith(beginning))?.[1];
  return known ?? { message: `this is no YAML: ${message.slice(0, 120)}` };
}

const escapes = /\\(?:[0abt\tnvfre "/\\N_LP\r\n]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|(.?))/gs;

/**
 * The first wrong escape of a text in double quotes. The parser finds them too, but makes an error object of each: a megabyte of them takes
 * it many seconds.
 */
export function wrongEscape(source: string): (Words & { readonly offset: number }) | undefined {
  for (const { 1: wrong, index } of source.matchAll(escapes)) {
    if (wrong === undefined) continue;
    const message = `\\${escapeUnprintable(wrong)} is no escape inside "…"`;
    return { offset: index, message, hint: "write \\\\ for a backslash, or '…' around the text" };
  }
  return undefined;
}
