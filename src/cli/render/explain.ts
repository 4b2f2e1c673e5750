/** What `vm explain` shows: every option of the command line with where it comes from and why. */

import type { ExplainedOption } from '../../command/explain.js';
import { shellWord } from '../../command/quote.js';
import type { Style } from './style.js';

const titles: Readonly<Record<ExplainedOption['group'], string>> = {
  launch: 'Launch',
  machine: 'Machine',
  cpu: 'CPU',
  memory: 'Memory',
  boot: 'Boot',
  devices: 'Devices',
  display: 'Display',
  monitors: 'Monitors',
  extra: 'Extra arguments',
};

/** Options by part, the parts in the order of their first option. */
function byGroup(options: readonly ExplainedOption[]): Map<ExplainedOption['group'], ExplainedOption[]> {
  const groups = new Map<ExplainedOption['group'], ExplainedOption[]>();
  for (const option of options) groups.set(option.group, [...(groups.get(option.group) ?? []), option]);
  return groups;
}

/** As it stands in a shell. */
function words({ flag, value }: ExplainedOption): string {
  return value === null ? flag : `${flag} ${shellWord(value)}`;
}

function source({ key, at }: ExplainedOption): string {
  if (key === 'vm') return 'every launch';
  return at === null ? `${key}, by default` : `${key}, ${at}`;
}

function costLine({ cost }: ExplainedOption, style: Style): string {
  return cost === null ? '' : `\n      ${style('yellow', `costs: ${cost}`)}`;
}

export function renderExplain(options: readonly ExplainedOption[], style: Style): string {
  const sections = [...byGroup(options)].map(([group, members]) => {
    const entries = members.map(
      (option) =>
        `  ${words(option)}\n      ${option.why} ${style('dim', `[${source(option)}]`)}${costLine(option, style)}`,
    );
    return [style('bold', titles[group]), ...entries].join('\n');
  });
  return `${sections.join('\n\n')}\n`;
}

/** For a document: a heading a part and a table of its options. */
export function renderExplainMarkdown(name: string, options: readonly ExplainedOption[]): string {
  const sections = [...byGroup(options)].map(([group, members]) => {
    const rows = members.map(
      (option) =>
        `| ${[code(words(option)), ...[source(option), option.why, option.cost ?? ''].map(escapeMarkdown)].join(' | ')} |`,
    );
    return [
      `## ${titles[group]}`,
      '',
      '| Option | From | Why | Costs or risks |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return `# ${escapeMarkdown(name)}\n\n${sections.join('\n\n')}\n`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\|<>*_[\]`]/g, '\\$&');
}

/** Code in a cell of a table: a bar ends the cell even there, and a fence of more backticks than the text has holds any text. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${text.replaceAll('|', '\\|')}${space}${fence}`;
}
