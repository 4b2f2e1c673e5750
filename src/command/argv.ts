/** Views of a command: the list that is spawned, and the text that a reader can paste into a shell. Pure. */
import type { QemuCommand, QemuOption } from './option.js';
import { shellWord } from './quote.js';

/** Exactly what is spawned: the program first. */
export function argv({ binary, options }: QemuCommand): string[] {
  return [binary, ...options.flatMap(optionWords)];
}

/** The same, one option a line, each word quoted for a POSIX shell. */
export function shellText({ binary, options }: QemuCommand): string {
  return [[binary], ...options.map(optionWords)]
    .map((words) => words.map(shellWord).join(' '))
    .join(' \\\n  ');
}

function optionWords({ flag, value }: QemuOption): string[] {
  return value === undefined ? [flag] : [flag, value];
}
