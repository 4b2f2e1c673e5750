/** The tables of `vm host hugepages` and `vm host cpus`. */
import type { CpuInUse, HostHugepages, PoolOnNode } from '../../index.js';
import { formatBytes } from '../../units.js';
import type { Style } from './style.js';
import { type Column, renderTable } from './table.js';

const poolColumns: readonly Column<PoolOnNode>[] = [
  { title: 'SIZE', align: 'right', cell: ({ pageBytes }) => formatBytes(pageBytes) },
  { title: 'NODE', align: 'right', cell: ({ node }) => node?.toString() ?? '-' },
  { title: 'TOTAL', align: 'right', cell: ({ total }) => total.toString() },
  { title: 'FREE', align: 'right', cell: ({ free }) => free.toString() },
  { title: 'USED BY', cell: users },
];

function users({ vms, others }: PoolOnNode): string {
  const words = vms.map(({ vm, pages, added }) => `${vm} ${pages}${added > 0 ? ` (${added} added)` : ''}`);
  return [...words, ...(others > 0 ? [`others ${others}`] : [])].join(', ');
}

export function renderHugepages({ pools, reserved }: HostHugepages, style: Style): string {
  if (pools.length === 0) return 'This kernel has no huge pages.\n';
  const promised = reserved
    .filter(({ pages }) => pages > 0)
    .map(({ pageBytes, pages }) => `${pages} free pages of ${formatBytes(pageBytes)} are promised already.`);
  return `${[...renderTable(poolColumns, pools, style), ...promised].join('\n')}\n`;
}

const inks = {
  vcpu: 'green',
  host: 'cyan',
  isolated: 'yellow',
  offline: 'dim',
  outside: 'dim',
  free: undefined,
} as const;

const cpuColumns: readonly Column<CpuInUse>[] = [
  { title: 'CPU', align: 'right', cell: ({ cpu }) => cpu.toString() },
  { title: 'NODE', align: 'right', cell: ({ node }) => node?.toString() ?? '-' },
  { title: 'CORE', align: 'right', cell: ({ core }) => core?.toString() ?? '-' },
  { title: 'USE', cell: ({ use }) => use, ink: ({ use }) => inks[use] },
  { title: 'KERNEL', cell: kernelWords },
  { title: 'THREADS', cell: ({ threads }) => threads.map(threadWords).join(', ') },
];

function kernelWords({ isolated, nohzFull }: CpuInUse): string {
  return [...(isolated ? ['isolated'] : []), ...(nohzFull ? ['nohz_full'] : [])].join(', ');
}

/** A tilde: it may run elsewhere too. */
function threadWords({ vm, thread, floats }: CpuInUse['threads'][number]): string {
  return `${vm} ${floats ? '~' : ''}${thread}`;
}

export function renderCpus(cpus: readonly CpuInUse[], style: Style): string {
  return `${renderTable(cpuColumns, cpus, style).join('\n')}\n`;
}
