/** A spec's file and its text. Pure. */
import type { SpecIssue } from './error.js';

export interface SpecSource {
  /** An absolute path, or `-` for standard input. */
  readonly file: string;
  /** The absolute folder that its relative paths are relative to. */
  readonly folder: string;
  readonly text: string | Uint8Array;
}

const mostBytes = 1024 ** 2;

/** The text of a source: UTF-8 (a byte order mark is dropped), at most 1 MiB, no binary. */
export function decode({ file, text }: SpecSource): string | SpecIssue {
  const wrong = (message: string, hint: string): SpecIssue => ({
    file,
    line: 1,
    column: 1,
    key: '',
    message,
    hint,
  });
  if (text.length > mostBytes) {
    return wrong('is huge: a spec is at most 1024 KiB', 'is it an image and no spec?');
  }
  const decoded = typeof text === 'string' ? text.replace(/^\ufeff/, '') : decodeUtf8(text);
  if (decoded === undefined)
    return wrong('is no UTF-8 text', 'save it as UTF-8, or name a spec and no image');
  if (decoded.includes('\0'))
    return wrong('is binary: it contains a NUL byte', 'name a spec (YAML or JSON) and no image');
  return decoded;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
