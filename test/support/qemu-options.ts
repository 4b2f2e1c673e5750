/** QEMU's own way of reading its options, written from its sources and not from ours: what was quoted is read back with it. */
import type { QemuOption } from '../../src/command/option.js';

/** `key=value,…` (util/keyval.c): a doubled comma is a comma, a single one ends the member. */
export function parseKeyValue(text: string): [string, string][] {
  const members = [''];
  for (let at = 0; at < text.length; at++) {
    const last = members.length - 1;
    if (text[at] !== ',') members[last] += text[at] ?? '';
    else if (text[at + 1] === ',') {
      members[last] += ',';
      at++;
    } else members.push('');
  }
  return members.map((member) => {
    const equals = member.indexOf('=');
    return [member.slice(0, Math.max(equals, 0)), member.slice(equals + 1)];
  });
}

/** Those whose word QEMU takes as it is (qemu-options.hx). */
const whole: ReadonlySet<string> = new Set(['-append', '-kernel', '-initrd', '-bios', '-pidfile', '-D']);

/** What the first member is named that has no name; the others have none that could be said. */
const implied: Readonly<Record<string, string>> = { '-vnc': 'vnc' };

/** Every text that QEMU reads out of options, each with where it stands: `-device driver`. */
export function readOptions(options: readonly QemuOption[]): string[] {
  return options.flatMap(({ flag, value }) => {
    if (value === undefined) return [flag];
    if (whole.has(flag)) return [`${flag} ${value}`];
    const texts = value.startsWith('{')
      ? textsOf(JSON.parse(value), '')
      : parseKeyValue(value).map(([key, text]) => `${key || (implied[flag] ?? '')}=${text}`);
    return texts.map((text) => `${flag} ${text}`);
  });
}

/** Every text and number in a value, with the keys that lead to it. */
export function textsOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}=${String(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, `${path}.${key}`));
}
