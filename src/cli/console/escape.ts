/** The key that detaches a console. */
import { VmError } from '../../errors.js';
import { printable } from '../../spec/printable.js';

export interface EscapeKey {
  /** The byte that a terminal in raw mode sends for it. */
  readonly byte: number;
  readonly name: string;
}

/** Ctrl-], as in telnet and virsh. */
export const defaultEscape: EscapeKey = { byte: 0x1d, name: 'Ctrl-]' };

/** `^]`, `Ctrl-]`, `ctrl+a`; `none` is null: no key detaches. @throws {VmError} `usage.escape`. */
export function parseEscape(text: string): EscapeKey | null {
  if (text === 'none') return null;
  const key = /^(?:\^|ctrl[-+])([@A-Z[\\\]^_])$/i.exec(text)?.[1]?.toUpperCase();
  if (key === undefined) {
    throw new VmError('usage.escape', `${printable(text)} is no escape key`, {
      hint: 'Write ^] or Ctrl-], with a letter or one of @[\\]^_, or none.',
    });
  }
  return { byte: key.charCodeAt(0) & 0x1f, name: `Ctrl-${key}` };
}
