/** `vm status` */
import type { Command } from 'commander';
import type { VmStatus } from '../../index.js';
import { get } from '../../runtime/vm.js';
import { addFormat } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';
import { renderStatus } from '../render/status.js';
import { styleFor } from '../render/style.js';
import { inOrder, unique } from '../several.js';
import type { TableFlags } from './list.js';

export function configure(command: Command): void {
  addFormat(command.argument('<name...>', 'the VMs'))
    .addHelpText(
      'after',
      `
Examples:
  vm status demo
  vm status demo --format json | jq '.threads[] | {name, cpus}'

Fields of --format json, an object (an array, if several names are given): name, state, pid (or null),
accelerator (kvm or tcg), vcpus (index, threadId, cpus), threads (name, threadId, cpus), memory (bytes),
uptime (seconds, or null), networks (id, mac, addresses), startedAt, sockets (control, events, user, serial, agent, vnc, spice), spec (file),
next (what to do next), lastWords (QEMU's last lines, if it crashed). cpus are arrays of CPU numbers.`,
    )
    .action((names: string[], flags: TableFlags) => status(names, flags));
}

export async function status(names: readonly string[], { format }: TableFlags): Promise<void> {
  const wanted = unique(names);
  const found: VmStatus[] = [];
  await inOrder(wanted, async (name) => {
    found.push(await get(name).status());
  });
  if (format === 'json') {
    const [first] = found;
    if (wanted.length > 1) await print(renderJson(found));
    else if (first !== undefined) await print(renderJson(first));
  } else if (found.length > 0) {
    await print(found.map((each) => renderStatus(each, styleFor(process.stdout))).join('\n'));
  }
}
