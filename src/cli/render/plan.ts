/** What `vm plan` shows to people: every decision, with its reason. */
import { shellWord } from '../../command/quote.js';
import type { VcpuPlacement, VmPlan } from '../../plan/plan.js';
import { formatBytes, formatCpuList } from '../../units.js';
import { deviceRows } from './devices.js';
import type { Style } from './style.js';
import { type Column, renderFields, renderTable } from './table.js';

type Field = readonly [name: string, value: string];

/** Sections, each a title and its lines; those with nothing to say are left out. */
export function renderPlan(plan: VmPlan, style: Style): string {
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Machine', renderFields(machineFields(plan), style)],
    ['CPU', renderFields(cpuFields(plan), style)],
    ['Memory', renderFields(memoryFields(plan), style)],
    ['Placement', renderTable(vcpuColumns, plan.placement.vcpus, style)],
    ['Threads', renderFields(threadFields(plan), style)],
    ['Devices', renderTable(deviceColumns, deviceRows(plan), style)],
    [
      'Beside QEMU',
      plan.sideProcesses.length > 0 ? renderTable(besideColumns, plan.sideProcesses, style) : [],
    ],
    ['Decisions', plan.decisions.length > 0 ? renderTable(decisionColumns, plan.decisions, style) : []],
    ['Relaxed', plan.placement.relaxed.map((sentence) => style('yellow', sentence))],
    ['Warnings', plan.findings.map(({ key, message }) => style('yellow', `${key}: ${message}`))],
  ];
  const shown = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [style('bold', title), ...lines.map((line) => `  ${line}`)].join('\n'));
  return `${shown.join('\n\n')}\n`;
}

function machineFields({
  name,
  uuid,
  machineType,
  accelerator,
  qemuBinary,
  boot,
  sandbox,
  shutdownTimeout,
  paths,
}: VmPlan): Field[] {
  return [
    ['name', name],
    ['uuid', uuid],
    ['type', machineType],
    ['accelerator', accelerator],
    ['qemu', qemuBinary],
    ['firmware', boot.firmware.type === 'uefi' ? `uefi (${boot.firmware.code})` : 'bios'],
    ...optional('kernel', boot.kernel),
    ...optional('initrd', boot.initrd),
    ...optional('cmdline', boot.cmdline),
    ['sandbox', sandbox ? 'on' : 'off'],
    ['shutdown', `${shutdownTimeout}s for the guest to power off`],
    ['folder', paths.folder],
  ];
}

function cpuFields({ cpu }: VmPlan): Field[] {
  const { sockets, dies, cores, threads } = cpu.topology;
  return [
    ['model', cpu.model],
    ...optional('features', cpu.features.join(' ')),
    ['vcpus', cpu.maxVcpus > cpu.vcpus ? `${cpu.vcpus} of at most ${cpu.maxVcpus}` : `${cpu.vcpus}`],
    ['topology', `sockets=${sockets} dies=${dies} cores=${cores} threads=${threads}`],
  ];
}

function memoryFields({ memory }: VmPlan): Field[] {
  const pages = memory.hugepageBytes === null ? '' : ` in pages of ${formatBytes(memory.hugepageBytes)}`;
  const nodes =
    memory.hostNodes.length === 0 ? 'any' : `${formatCpuList(memory.hostNodes)} (${memory.policy})`;
  const flags = [
    memory.shared ? 'shared' : 'private',
    memory.preallocate ? 'preallocated' : 'allocated on demand',
    memory.locked ? 'locked' : 'not locked',
    memory.merge ? 'merged with other guests' : 'not merged',
    memory.dump ? 'in core dumps' : 'not in core dumps',
    ...(memory.discard ? ['discarded at the end'] : []),
  ];
  return [
    ['size', formatBytes(memory.bytes)],
    ['backing', `${memory.backing}${memory.path === null ? '' : ` ${memory.path}`}${pages}`],
    ['nodes', nodes],
    ...memory.nodes.map((node): Field => [`node ${node.node}`, nodeInWords(node)]),
    ...memory.modules.map(
      ({ id, type, backend, node }): Field => [
        id,
        `${type} of ${formatBytes(backend.bytes)} on node ${node}`,
      ],
    ),
    ['flags', flags.join(', ')],
  ];
}

function nodeInWords({ cpus, memory }: VmPlan['memory']['nodes'][number]): string {
  const vcpus = cpus.length === 0 ? 'no vCPU' : `vCPUs ${formatCpuList(cpus)}`;
  if (memory === null) return `${vcpus}, no memory`;
  const from = memory.hostNodes.length === 0 ? 'any node' : `host node ${formatCpuList(memory.hostNodes)}`;
  return `${vcpus}, ${formatBytes(memory.bytes)} from ${from} (${memory.policy})`;
}

function threadFields({ placement, ioThreads, devices }: VmPlan): Field[] {
  const floating = (cpus: readonly number[] | undefined) =>
    cpus === undefined || cpus.length === 0 ? 'any CPU' : `CPUs ${formatCpuList(cpus)}`;
  return [
    ['emulator', floating(placement.emulator)],
    ...ioThreads.map((id, index): Field => [id, floating(placement.ioThreads[index])]),
    ...(devices.some(usesVhost) && placement.vhost.length > 0
      ? [['vhost', floating(placement.vhost)] as const]
      : []),
    ...optional('scheduler', schedulerInWords(placement)),
    ...optional('reserved', formatCpuList(placement.housekeeping)),
    ...optional('exclusive', formatCpuList(placement.exclusiveCpus)),
  ];
}

function schedulerInWords({ scheduler }: VmPlan['placement']): string | null {
  if (scheduler === null) return null;
  const priority = scheduler.priority === null ? '' : ` with priority ${scheduler.priority}`;
  return `${scheduler.policy}${priority} (vCPUs)`;
}

function usesVhost(device: VmPlan['devices'][number]): boolean {
  return device.kind === 'network' && 'vhost' in device.backend && device.backend.vhost;
}

/** A field that is left out when there is nothing in it. */
function optional(name: string, value: string | null): Field[] {
  return value ? [[name, value]] : [];
}

const vcpuColumns: readonly Column<VcpuPlacement>[] = [
  { title: 'VCPU', align: 'right', cell: ({ vcpu }) => `${vcpu}` },
  {
    title: 'CPU',
    align: 'right',
    cell: ({ cpu, cpus }) => (cpu !== null ? `${cpu}` : formatCpuList(cpus) || 'any'),
  },
  { title: 'NODE', align: 'right', cell: ({ node }) => node?.toString() ?? '-' },
  { title: 'CORE', align: 'right', cell: ({ core }) => core?.toString() ?? '-' },
];

const deviceColumns: readonly Column<ReturnType<typeof deviceRows>[number]>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'KIND', cell: ({ kind }) => kind },
  { title: 'PCI', cell: ({ pci }) => pci },
  { title: 'WHAT', cell: ({ what }) => what },
];

const besideColumns: readonly Column<VmPlan['sideProcesses'][number]>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'FOR', cell: ({ key }) => key },
  { title: 'COMMAND', cell: ({ program, args }) => [program, ...args].map(shellWord).join(' ') },
];

const decisionColumns: readonly Column<VmPlan['decisions'][number]>[] = [
  { title: 'KEY', cell: ({ key }) => key },
  { title: 'VALUE', cell: ({ value }) => value },
  { title: 'REASON', cell: ({ reason }) => reason },
];
