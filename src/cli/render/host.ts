/** The views of `vm host check`, `tune` and `revert`. */
import type { HostCheck, RevertChange, TuneChange, TuneResult } from '../../index.js';
import { escapeUnprintable } from '../../spec/printable.js';
import { type Ink, plain, type Style } from './style.js';
import { type Column, renderTable } from './table.js';

const inks: Readonly<Record<HostCheck['status'], Ink>> = {
  ok: 'green',
  note: 'cyan',
  warn: 'yellow',
  fail: 'red',
};

const columns: readonly Column<HostCheck>[] = [
  { title: '', cell: ({ status }) => status, ink: ({ status }) => inks[status] },
  { title: '', cell: ({ id }) => id },
  { title: '', cell: foundText },
];

/** What is wanted is told where it is not so. */
function foundText({ status, found, wanted }: HostCheck): string {
  const text = status === 'ok' || wanted === null ? found : `${found}; wanted: ${wanted}`;
  return escapeUnprintable(text);
}

/** A block a group, the advice below its line. */
export function renderChecks(checks: readonly HostCheck[], style: Style = plain): string {
  const [, ...rows] = renderTable(columns, checks, style);
  const groups = [...new Set(checks.map(({ group }) => group))];
  const blocks = groups.map((group) => {
    const lines = checks.flatMap((check, index) => {
      if (check.group !== group) return [];
      const advice =
        check.advice === null || check.status === 'ok' ? [] : [`        ${style('dim', check.advice)}`];
      return [`  ${rows[index]}`, ...advice];
    });
    return [style('bold', group), ...lines].join('\n');
  });
  return `${[...blocks, countText(checks)].join('\n\n')}\n`;
}

function countText(checks: readonly HostCheck[]): string {
  const count = (wanted: HostCheck['status']) => checks.filter(({ status }) => status === wanted).length;
  return `${count('ok')} ok, ${count('note')} notes, ${count('warn')} warnings, ${count('fail')} failures`;
}

/** A line a change. */
export function renderTune(changes: readonly TuneChange[], style: Style = plain): string {
  return changes
    .map(({ id, what, from, to, error }) => {
      const end = error === null ? '' : `  ${style('red', 'refused')}`;
      return `${style('bold', id)}  ${escapeUnprintable(what)}  ${escapeUnprintable(from)} → ${escapeUnprintable(to)}${end}\n`;
    })
    .join('');
}

export function renderFiles(files: TuneResult['files'], style: Style = plain): string {
  return files.map(({ path, text }) => `\n${style('bold', path)}\n${text}`).join('');
}

const outcomes: Readonly<Record<RevertChange['outcome'], string>> = {
  reverted: '',
  same: '  (was so already)',
  gone: '  (is no longer there)',
  failed: '  (failed)',
};

export function renderRevert(changes: readonly RevertChange[], style: Style = plain): string {
  return changes
    .map(({ what, from, to, outcome }) => {
      const arrow =
        outcome === 'same' ? escapeUnprintable(to) : `${escapeUnprintable(from)} → ${escapeUnprintable(to)}`;
      const ink = outcome === 'failed' ? 'red' : 'dim';
      return `${escapeUnprintable(what)}  ${arrow}${style(ink, outcomes[outcome])}\n`;
    })
    .join('');
}
