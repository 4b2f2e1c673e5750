/** What `vm status` shows of one VM. */
import type { VmStatus } from '../../index.js';
import { escapeUnprintable } from '../../spec/printable.js';
import { formatBytes, formatCpuList, formatDuration } from '../../units.js';
import { stateInk } from './list.js';
import type { Style } from './style.js';
import { type Column, renderFields, renderTable } from './table.js';

type Thread = VmStatus['threads'][number];

const threadColumns: readonly Column<Thread>[] = [
  { title: 'THREAD', cell: ({ name }) => name },
  { title: 'ID', align: 'right', cell: ({ threadId }) => `${threadId}` },
  { title: 'CPUS', cell: ({ cpus }) => formatCpuList(cpus) },
];

/** Its fields, its threads with the CPUs they are allowed, QEMU's last words if it crashed. */
export function renderStatus(status: VmStatus, style: Style): string {
  const { sockets } = status;
  const fields: readonly (readonly [string, string | null])[] = [
    ['name', status.name],
    ['state', style(stateInk(status.state), status.state)],
    ['pid', status.pid?.toString() ?? null],
    ['accelerator', status.accelerator],
    ['vcpus', `${status.vcpus.length}`],
    ['memory', formatBytes(status.memory)],
    ['uptime', status.uptime === null ? null : formatDuration(status.uptime)],
    ['started', status.startedAt],
    ['spec', status.spec],
    ['address', status.networks.flatMap(({ addresses }) => addresses).join('\n')],
    ['monitor', sockets.user],
    ['serial', sockets.serial.join('\n')],
    ['agent', sockets.agent],
    ['vnc', sockets.vnc],
    ['spice', sockets.spice],
    ...besideFields(status, style),
    ['next', status.next],
  ];
  const told = fields.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  const sections = [renderFields(told, style)];
  if (status.threads.length > 0) sections.push(renderTable(threadColumns, status.threads, style));
  if (status.lastWords.length > 0)
    sections.push([
      style('bold', "QEMU's last words"),
      ...status.lastWords.map((line) => `  ${escapeUnprintable(line)}`),
    ]);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A process beside QEMU that is gone leaves the VM in its state, but with a device that no longer works. */
function besideFields({ sideProcesses, pid }: VmStatus, style: Style): [string, string][] {
  return sideProcesses.map(({ id, pid: own, log }) => {
    const gone = pid === null ? 'gone' : style('red', `gone, and its device with it; see ${log}`);
    return [id, own === null ? gone : `process ${own}`];
  });
}
