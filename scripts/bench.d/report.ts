/** The lines as people read them: in a terminal, and as a page with a picture. */
import { isMet, type Line, type Unit } from './line.js';
import { type Machine, quietLoad } from './machine.js';

export interface Report {
  readonly machine: Machine;
  readonly rounds: number;
  readonly lines: readonly Line[];
  /** What was not measured, with the reason. */
  readonly missing: readonly string[];
}

export function renderTable({ lines, missing }: Report): string {
  const rows = [['', 'measured', 'promised', ''], ...lines.map(cells)];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map(([what = '', value = '', limit = '', verdict = '']) =>
    `${what.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${limit.padStart(widths[2] ?? 0)}  ${verdict}`.trimEnd(),
  );
  const medians = lines.filter(({ from }) => Object.keys(from).length > 0).map(fromText);
  const notes = missing.map((text) => `not measured: ${text}`);
  return [...table, '', ...medians, ...notes].join('\n');
}

function cells(line: Line): string[] {
  return [line.what, figure(line.value, line.unit), limitText(line), isMet(line) ? 'met' : 'NOT MET'];
}

function limitText({ limit, bound, unit }: Line): string {
  return `${bound} ${figure(limit, unit)}`;
}

function fromText({ id, from, unit }: Line): string {
  const part = unit === 'a second' ? unit : 'ms';
  const medians = Object.entries(from).map(([name, value]) => `${name} ${figure(value, part)}`);
  return `${id}: ${medians.join(', ')}`;
}

export function figure(value: number, unit: Unit): string {
  switch (unit) {
    case 'ms':
      return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
    case 'times':
      return `${value.toFixed(2)} times`;
    case 'MiB':
      return `${Math.round(value)} MiB`;
    case 'a second':
      return `${Math.round(value)} a second`;
    case 'processes':
      return String(value);
  }
}

export function machineText({
  cpu,
  cpus,
  memory,
  kernel,
  node,
  qemu,
  accelerator,
  load,
  date,
}: Machine): string {
  const busy = load > quietLoad ? ` The machine was not quiet: its load was ${load} at the start.` : '';
  return `${date}: ${cpus} CPUs (${cpu}), ${memory} GiB, Linux ${kernel}, Node ${node}, QEMU ${qemu} with ${accelerator}.${busy}`;
}

/** docs/performance.md. */
export function renderPage(report: Report): string {
  const { machine, rounds, lines, missing } = report;
  const rows = lines.map((line) => `| ${cells(line).join(' | ')} |`);
  const medians = lines
    .filter(({ from }) => Object.keys(from).length > 0)
    .map((line) => `- ${fromText(line)}`);
  return `# Performance

What \`scripts/bench\` measured last; it writes this page and its picture with \`--docs\`. Every figure is the median of ${rounds} rounds, a fifth
of that for a hundred VMs, in which everything is measured in turns, so that a load that comes and goes meets all of them alike.

${machineText(machine)}

![Each line as a part of what is promised](performance.svg)

|  | measured | promised |  |
| --- | ---: | ---: | --- |
${rows.join('\n')}

The medians behind them:

${medians.join('\n')}
${missing.length === 0 ? '' : `\nNot measured:\n\n${missing.map((text) => `- ${text}`).join('\n')}\n`}
## What is compared

- \`vm up\` is the whole command, from its spawn to its exit: a VM with 2 pinned vCPUs, 256 MiB in a memfd, a qcow2 disk, a serial port.
  It was started before, so that its plan is remembered; a spec that is new or has changed is measured too. \`vm command\` likewise.
- \`virsh start\` starts the same domain on a libvirtd of its own, warm, in a mount namespace of its own.
- A raw launch is what somebody would do by hand: spawn QEMU, wait for its greeting, \`query-cpus-fast\`, a \`taskset\` a thread, \`cont\`.
- Bare Node is \`node -e 0\`. The reading verbs are measured over that; \`console\` until it is attached.
- \`vm down\` is measured from the moment that QEMU is seen to be dead or a zombie to the exit of the command.

\`vm up --timings\` shows where the time of a start goes, \`scripts/bench --profile\` the medians of many.
`;
}
