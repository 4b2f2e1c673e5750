/** The table of `vm list`. */

import type { VmState, VmSummary } from '../../index.js';
import { formatBytes, formatDuration } from '../../units.js';
import type { Ink, Style } from './style.js';
import { type Column, renderTable } from './table.js';

const inks: Readonly<Record<VmState, Ink>> = {
  starting: 'cyan',
  running: 'green',
  paused: 'yellow',
  stopping: 'cyan',
  unresponsive: 'red',
  crashed: 'red',
  stopped: 'dim',
};

export function stateInk(state: VmState): Ink {
  return inks[state];
}

const columns: readonly Column<VmSummary>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => state, ink: ({ state }) => stateInk(state) },
  { title: 'PID', align: 'right', cell: ({ pid }) => pid?.toString() ?? '-' },
  { title: 'VCPUS', align: 'right', cell: ({ vcpus }) => vcpus.toString() },
  { title: 'MEMORY', align: 'right', cell: ({ memory }) => formatBytes(memory) },
  { title: 'UPTIME', align: 'right', cell: ({ uptime }) => (uptime === null ? '-' : formatDuration(uptime)) },
];

export function renderList(vms: readonly VmSummary[], style: Style): string {
  return `${renderTable(columns, vms, style).join('\n')}\n`;
}
