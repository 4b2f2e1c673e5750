/** `vm list` */
import type { Command } from 'commander';
import { list as listVms } from '../../runtime/list.js';
import { hiddenVms } from '../../runtime/names.js';
import { addFormat } from '../options.js';
import { print, tell } from '../output.js';
import { renderJson } from '../render/json.js';
import { renderList } from '../render/list.js';
import { styleFor } from '../render/style.js';

export interface TableFlags {
  format: string;
}

export function configure(command: Command): void {
  addFormat(command)
    .addHelpText(
      'after',
      `
States: starting, running, paused, stopping, unresponsive, crashed, stopped. "vm status NAME" says what to do next.

Examples:
  vm list
  vm list --format json | jq -r '.[] | select(.state == "running") | .name'

Fields of --format json, an array of objects: name, state, pid (or null), vcpus, memory (bytes), uptime (seconds, or null).`,
    )
    .action((flags: TableFlags) => list(flags));
}

export async function list({ format }: TableFlags): Promise<void> {
  const vms = await listVms();
  if (format === 'json') return print(renderJson(vms));
  tellHidden(hiddenVms());
  if (vms.length === 0) return tell('No VM is here. "vm up SPEC" starts one, "vm init NAME" writes a spec.');
  return print(renderList(vms, styleFor(process.stdout)));
}

function tellHidden(count: number): void {
  if (count > 0)
    tell(`Root has ${count === 1 ? 'a VM' : `${count} VMs`} here, which this user cannot see: sudo vm list.`);
}
