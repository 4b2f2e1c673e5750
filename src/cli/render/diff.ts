/** What `vm diff` shows to people. */
import type { SpecChange, VmDiff } from '../../command/diff.js';
import { printable } from '../../spec/printable.js';
import { formatBytes, formatCpuList } from '../../units.js';
import type { Style } from './style.js';
import { type Column, renderTable } from './table.js';

const words: Readonly<Record<SpecChange['needs'], string>> = {
  live: 'live',
  restart: 'restart',
  newVm: 'new VM',
};

export function renderDiff(diff: VmDiff, style: Style): string {
  if (diff.needs === null) return `${diff.name} is as ${diff.specFile} says.\n`;
  const fromHost = diff.command.filter(({ cause }) => cause !== 'spec');
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Spec', diff.spec.length === 0 ? [] : renderTable(columns, diff.spec, style)],
    ['PCI addresses that move', diff.pci.map(({ id, from, to }) => `${id}: ${from} → ${to}`)],
    ['QEMU', diff.qemu === null ? [] : [`${diff.qemu.from} → ${diff.qemu.to}`]],
    [
      `Command line, for the same spec on ${diff.qemu === null ? 'this host' : 'this QEMU'}`,
      optionLines(fromHost, style),
    ],
    [
      'Command line, by the spec',
      optionLines(
        diff.command.filter(({ cause }) => cause === 'spec'),
        style,
      ),
    ],
  ];
  const shown = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [style('bold', title), ...lines.map((line) => `  ${line}`)].join('\n'));
  return `${shown.join('\n\n')}\n`;
}

function optionLines(changes: VmDiff['command'], style: Style): string[] {
  return changes.map(({ change, option }) =>
    change === 'added' ? style('green', `+ ${option}`) : style('red', `- ${option}`),
  );
}

const columns: readonly Column<SpecChange>[] = [
  { title: 'KEY', cell: ({ key }) => key },
  { title: 'FROM', cell: ({ from }) => inWords(from) },
  { title: 'TO', cell: ({ to }) => inWords(to) },
  { title: 'NEEDS', cell: ({ needs }) => words[needs] },
  { title: 'HOW', cell: ({ how }) => how },
];

const mebibyte = 1024 ** 2;

/** As a person would write it in the spec: whole mebibytes are sizes, lists of numbers are CPUs. */
function inWords(value: unknown): string {
  if (value === null) return '-';
  if (typeof value === 'number' && value >= mebibyte && value % mebibyte === 0) return formatBytes(value);
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number'))
    return formatCpuList(value);
  if (typeof value === 'string') return value;
  const [text, most] = [JSON.stringify(value), 40];
  return text.length > most ? printable(text).slice(1, -1) : text;
}
