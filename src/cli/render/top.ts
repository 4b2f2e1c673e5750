/** What `vm top` shows to people: a line a VM, and below it one for each vCPU, disk and network. */
import type { VmLoad } from '../../index.js';
import { formatRoughBytes } from '../../units.js';
import { plain, type Style } from './style.js';
import { type Column, renderTable } from './table.js';
import { displayWidth, truncate } from './width.js';

export const sortKeys = ['cpu', 'delay', 'memory', 'name'] as const;
export type SortKey = (typeof sortKeys)[number];

/** The largest first; names in the order of the alphabet. */
export function sorted(vms: readonly VmLoad[], key: SortKey): VmLoad[] {
  const byName = (a: VmLoad, b: VmLoad) => (a.name < b.name ? -1 : 1);
  return [...vms].sort((a, b) => (key === 'name' || a[key] === b[key] ? byName(a, b) : b[key] - a[key]));
}

interface Line {
  readonly what: string;
  readonly cpu?: number;
  readonly delay?: number;
  readonly migrations?: number | null;
  readonly switches?: number;
  readonly memory?: number;
  readonly hugepages?: number;
  readonly read?: number;
  readonly written?: number;
  readonly isVm: boolean;
}

const percent = (part: number | undefined) => (part === undefined ? '' : `${(part * 100).toFixed(1)}%`);
const whole = (value: number | null | undefined) =>
  value === undefined ? '' : value === null ? '?' : `${Math.round(value)}`;
const bytes = (value: number | undefined) => (value === undefined ? '' : formatRoughBytes(Math.round(value)));

/** A vCPU that waits for its CPU more than this is what pinning should prevent. */
const noticeableDelay = 0.05;

const columns: readonly Column<Line>[] = [
  { title: 'VM', cell: ({ what }) => what, ink: ({ isVm }) => (isVm ? 'cyan' : undefined) },
  { title: 'CPU', align: 'right', cell: ({ cpu }) => percent(cpu) },
  {
    title: 'DELAY',
    align: 'right',
    cell: ({ delay }) => percent(delay),
    ink: ({ delay = 0 }) => (delay > noticeableDelay ? 'red' : undefined),
  },
  { title: 'MIGR/S', align: 'right', cell: ({ migrations }) => whole(migrations) },
  { title: 'SWITCH/S', align: 'right', cell: ({ switches }) => whole(switches) },
  { title: 'MEMORY', align: 'right', cell: ({ memory }) => bytes(memory) },
  { title: 'HUGE', align: 'right', cell: ({ hugepages }) => bytes(hugepages) },
  { title: 'IN/S', align: 'right', cell: ({ read }) => bytes(read) },
  { title: 'OUT/S', align: 'right', cell: ({ written }) => bytes(written) },
];

/** The table, a title line first. */
export function renderTop(vms: readonly VmLoad[], style: Style): string[] {
  return renderTable(columns, vms.flatMap(linesOf), style);
}

/** Read and received come in, written and sent go out. */
function linesOf({ name, cpu, delay, memory, hugepages, vcpus, disks, networks }: VmLoad): Line[] {
  return [
    { what: name, cpu, delay, memory, hugepages, isVm: true },
    ...vcpus.map(({ vcpu, ...load }) => ({ what: `  vCPU ${vcpu}`, ...load, isVm: false })),
    ...(disks ?? []).map(({ id, readBytes, writtenBytes }) => ({
      what: `  disk ${id}`,
      read: readBytes,
      written: writtenBytes,
      isVm: false,
    })),
    ...networks.map(({ interface: device, receivedBytes, sentBytes }) => ({
      what: `  network ${device}`,
      read: receivedBytes,
      written: sentBytes,
      isVm: false,
    })),
  ];
}

/** The picture that fills a terminal: never wider, never longer. */
export function renderScreen(
  vms: readonly VmLoad[],
  key: SortKey,
  { columns: width, rows }: { readonly columns: number; readonly rows: number },
  style: Style,
): string[] {
  const keys = sortKeys.map((each) => `${each[0]} ${each}`).join('  ');
  const head = `${vms.length} ${vms.length === 1 ? 'VM' : 'VMs'}, by ${key}    sort: ${keys}    q quit`;
  const wide = renderTop(sorted(vms, key), plain).some((line) => displayWidth(line) > width);
  // Ink has a width of its own in bytes: a line that must be cut goes without.
  const table = renderTop(sorted(vms, key), wide ? plain : style);
  return [truncate(head, width), '', ...table.map((line) => (wide ? truncate(line, width) : line))].slice(
    0,
    rows,
  );
}
