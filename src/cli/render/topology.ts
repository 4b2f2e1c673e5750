/** What `vm host topology` shows to people: sockets, nodes, L3 domains, cores with their CPUs, and who is where. */
import type {
  CacheOnMap,
  CoreOnMap,
  CpuOnMap,
  CpuUse,
  HostMap,
  NodeOnMap,
  PlacedVm,
} from '../../plan/host-map.js';
import { formatCpuList, formatRoughBytes } from '../../units.js';
import type { Ink, Style } from './style.js';
import { type Column, renderTable } from './table.js';
import { displayWidth, pad } from './width.js';

type UnusedUse = Exclude<CpuUse, 'vcpu'>;
const unusedUses: readonly UnusedUse[] = ['host', 'isolated', 'free', 'outside'];

/** What a CPU without vCPUs is marked with, and what the mark means. */
const marks: Readonly<Record<UnusedUse, { readonly mark: string; readonly meaning: string }>> = {
  host: { mark: 'host', meaning: "stays the host's" },
  isolated: { mark: 'isolated', meaning: "free, and isolated from the kernel's scheduler" },
  free: { mark: '-', meaning: 'free' },
  outside: { mark: 'outside', meaning: 'not in our cpuset' },
};

/** @param width cells of the terminal; cores stand side by side as far as they fit. */
export function renderTopology(map: HostMap, style: Style, width: number): string {
  const inks = inksOf(map.vms);
  const lines = map.sockets.flatMap(({ socket, nodes }) => [
    style('bold', socket === null ? 'Socket unknown' : `Socket ${socket}`),
    ...nodes.flatMap((node) => [`  ${nodeTitle(node)}`, ...node.caches.flatMap(drawCache)]),
  ]);
  const drawn = [
    ...lines,
    ...map.memoryNodes.map((node) => `${nodeTitle(node)}, without CPUs`),
    ...(map.offline.length > 0 ? [style('dim', `Offline: ${formatCpuList(map.offline)}`)] : []),
    ...(map.sockets.length === 0 ? ['The CPUs of this machine are unknown.'] : []),
  ];
  const legend = legendOf(map);
  const vms = map.vms.length > 0 ? ['', ...renderTable(vmColumns, map.vms, style)] : [];
  return `${[...drawn, ...(legend === '' ? [] : ['', legend]), ...vms].join('\n')}\n`;

  function drawCache(cache: CacheOnMap): string[] {
    const cells = layOut(cache.cores);
    const cell = displayWidth(cells[0]?.map(({ text }) => text).join('') ?? '');
    const fitting = Math.max(1, Math.floor((width - 6 + gap) / (cell + gap)));
    const inked = cells.map((parts) => parts.map(({ text, cpu }) => ink(text, cpu)).join(''));
    const rows = Array.from({ length: Math.ceil(inked.length / fitting) }, (_, row) =>
      inked.slice(row * fitting, (row + 1) * fitting).join(' '.repeat(gap)),
    );
    return [`    ${cacheTitle(cache)}`, ...rows.map((row) => `      ${row}`.trimEnd())];
  }

  function ink(text: string, cpu: CpuOnMap | undefined): string {
    if (cpu === undefined) return style('dim', text);
    const [vcpu] = cpu.vcpus;
    if (vcpu !== undefined) return style(inks.get(vcpu.vm) ?? 'cyan', text);
    return cpu.use === 'host' ? style('bold', text) : cpu.use === 'free' ? text : style('dim', text);
  }
}

/** Between two cores of a row. */
const gap = 3;

function inksOf(vms: readonly PlacedVm[]): ReadonlyMap<string, Ink> {
  const cycle: readonly Ink[] = ['cyan', 'green', 'yellow'];
  return new Map(vms.map(({ name }, index) => [name, cycle[index % cycle.length] ?? 'cyan']));
}

export function nodeTitle({ node, memoryBytes, availableBytes }: NodeOnMap): string {
  const free = availableBytes === null ? '' : `, ${formatRoughBytes(availableBytes)} available`;
  const memory = memoryBytes === null ? '' : `, ${formatRoughBytes(memoryBytes)}${free}`;
  return `${node === null ? 'No node' : `Node ${node}`}${memory}`;
}

export function cacheTitle({ die, cpus, bytes, kind, maxMhz }: CacheOnMap): string {
  const size = bytes === null ? '' : ` (${formatRoughBytes(bytes)})`;
  return [
    cpus.length > 0 ? `L3 of CPUs ${formatCpuList(cpus)}${size}` : 'No L3 known',
    ...(die === null ? [] : [`die ${die}`]),
    ...(kind === null ? [] : [`${kind} cores`]),
    ...(maxMhz === null ? [] : [`up to ${maxMhz} MHz`]),
  ].join(', ');
}

interface Part {
  readonly text: string;
  readonly cpu?: CpuOnMap;
}

/** Cores as cells of the same width: each begins with its id, and CPUs stand below each other. */
function layOut(cores: readonly CoreOnMap[]): Part[][] {
  const title = ({ core }: CoreOnMap) => `core ${core ?? '?'}: `;
  const titleWidth = Math.max(0, ...cores.map((core) => displayWidth(title(core))));
  const texts = cores.flatMap(({ cpus }) => cpus.map((cpu) => displayWidth(cpuText(cpu))));
  const cpuWidth = Math.max(0, ...texts);
  const most = Math.max(0, ...cores.map(({ cpus }) => cpus.length));
  return cores.map((core) => [
    { text: pad(title(core), titleWidth) },
    ...Array.from({ length: most }, (_, index): Part => {
      const cpu = core.cpus[index];
      const space = index === most - 1 ? 0 : 2;
      if (cpu === undefined) return { text: ' '.repeat(cpuWidth + space) };
      return { text: pad(cpuText(cpu), cpuWidth + space), cpu };
    }),
  ]);
}

function cpuText(cpu: CpuOnMap): string {
  return `${cpu.cpu} ${cpuMark(cpu)}`;
}

/** `web/0` is vCPU 0 of web. */
export function cpuMark({ use, vcpus }: CpuOnMap): string {
  return use === 'vcpu' ? vcpus.map(({ vm, vcpu }) => `${vm}/${vcpu}`).join('+') : marks[use].mark;
}

function cpusOf({ sockets }: HostMap): CpuOnMap[] {
  return sockets
    .flatMap(({ nodes }) => nodes.flatMap(({ caches }) => caches.flatMap(({ cores }) => cores)))
    .flatMap(({ cpus }) => cpus);
}

/** The marks that there are on the map, and what they mean. */
export function unusedMarks(map: HostMap): { use: UnusedUse; mark: string; meaning: string }[] {
  const there = new Set<CpuUse>(cpusOf(map).map(({ use }) => use));
  return unusedUses.filter((use) => there.has(use)).map((use) => ({ use, ...marks[use] }));
}

function legendOf(map: HostMap): string {
  const pinned = cpusOf(map).find(({ vcpus }) => vcpus.length > 0)?.vcpus[0];
  const example =
    pinned === undefined ? [] : [`${pinned.vm}/${pinned.vcpu}: vCPU ${pinned.vcpu} of VM ${pinned.vm}`];
  return [...example, ...unusedMarks(map).map(({ mark, meaning }) => `${mark}: ${meaning}`)].join('; ');
}

const vmColumns: readonly Column<PlacedVm>[] = [
  { title: 'VM', cell: ({ name }) => name },
  { title: 'VCPUS', align: 'right', cell: ({ placement }) => `${placement.vcpus.length}` },
  { title: 'CPUS', cell: ({ placement }) => cpuList(placement.vcpus.flatMap(({ cpus }) => cpus)) },
  { title: 'EMULATOR', cell: ({ placement }) => cpuList(placement.emulator) },
  { title: 'I/O THREADS', cell: ({ placement }) => placement.ioThreads.map(cpuList).join(' | ') || '-' },
];

const cpuList = (cpus: readonly number[]): string => formatCpuList([...new Set(cpus)]) || 'any';
