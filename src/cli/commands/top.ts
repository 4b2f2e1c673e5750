/** `vm top` */
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import { top as watchVms } from '../../runtime/top/top.js';
import { onSignals } from '../interrupt.js';
import { addFormat, durationFlag } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';
import { renderTop, sorted } from '../render/top.js';
import { unique } from '../several.js';
import { watch } from '../top/watch.js';

interface TopFlags {
  format: string;
  once?: boolean;
  interval: number;
}

export function configure(command: Command): void {
  addFormat(command.argument('[name...]', 'the VMs; default: all that run'))
    .option('--once', 'print what they do during one interval, and end')
    .addOption(
      command
        .createOption('--interval <duration>', 'time between two pictures')
        .argParser(durationFlag)
        .default(1, '1s'),
    )
    .addHelpText(
      'after',
      `
CPU is of one CPU, so a VM may have more than 100%. DELAY is the part of the time in which a vCPU could have run and had no CPU: pinning
should make it 0. IN and OUT are bytes read or received, and written or sent. Keys: q quits; c, d, m and n sort by CPU, delay, memory, name.

Examples:
  vm top
  vm top web --interval 5s
  vm top --once --format json | jq '.[] | {name, cpu, delay}'

Fields of --format json, an array of objects: name, pid, cpu and delay (1 is all of one CPU, or all of the time), memory, hugepages (bytes),
vcpus (vcpu, threadId, cpu, delay, migrations or null, switches), disks (id, readBytes, writtenBytes, reads, writes; or null), networks
(interface, receivedBytes, sentBytes); all that is counted is a second.`,
    )
    .action((names: string[], flags: TopFlags) => top(unique(names), flags));
}

async function top(names: readonly string[], { format, once = false, interval }: TopFlags): Promise<void> {
  if (!once && (format === 'json' || !process.stdout.isTTY || !process.stdin.isTTY)) {
    throw new VmError('usage.terminal', 'vm top draws on a terminal, and this is none', {
      hint: 'For a script: vm top --once --format json.',
    });
  }
  const stop = new AbortController();
  const release = onSignals(() => stop.abort());
  const loads = watchVms(names, { interval, signal: stop.signal });
  try {
    if (!once) return await watch(loads, { input: process.stdin, output: process.stdout, stop });
    const { value: vms } = await loads.next();
    await loads.return();
    if (vms === undefined) return;
    const lines = renderTop(sorted(vms, 'cpu'), styleFor(process.stdout));
    await print(format === 'json' ? renderJson(vms) : `${lines.join('\n')}\n`);
  } finally {
    release();
  }
}
