/** What `vm verify` shows to people. */
import type { Check, Verification } from '../../index.js';
import { escapeUnprintable } from '../../spec/printable.js';
import type { Ink, Style } from './style.js';

const inks: Readonly<Record<Check['status'], Ink>> = { pass: 'green', fail: 'red', skip: 'dim' };

/** What is not kept in full, then how many there are of each; with `all`, every check. */
export function renderVerification({ name, ok, checks }: Verification, style: Style, all: boolean): string {
  const shown = all ? checks : checks.filter(({ status, advice }) => status === 'fail' || advice !== null);
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const answer = ok ? `${name} keeps every promise` : `${name} does not keep ${count('fail')}`;
  const counts = `${count('pass')} kept, ${count('fail')} broken, ${count('skip')} not to be judged`;
  return [
    ...shown.flatMap((check) => lines(check, style)),
    `${style(ok ? 'green' : 'red', answer)}: ${counts}.`,
    '',
  ].join('\n');
}

function lines({ id, status, promise, found, advice }: Check, style: Style): string[] {
  return [
    `${style(inks[status], status)}  ${style('bold', id)}  ${escapeUnprintable(promise)}`,
    `      ${escapeUnprintable(found)}`,
    ...(advice === null ? [] : [`      ${style('cyan', escapeUnprintable(advice))}`]),
  ];
}
