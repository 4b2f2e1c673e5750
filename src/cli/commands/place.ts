/** `vm place` */
import type { Command } from 'commander';
import { get } from '../../runtime/vm.js';
import { addFormat } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';
import { renderMoved } from '../render/place.js';
import { warn } from '../report.js';

export function configure(command: Command): void {
  addFormat(
    command
      .argument('<name>', 'the VM')
      .option('--vcpus <cpus>', 'move vCPUs: a CPU list, auto, strict or none (the other threads follow)'),
  )
    .addHelpText(
      'after',
      `
Puts every thread of a running VM back on the CPUs, and to the scheduling, that are planned for it: after another program has moved
one, or vCPUs were plugged in. With --vcpus it plans anew, among what the other VMs hold now. Memory stays where it is.

Examples:
  vm place demo
  vm place demo --vcpus auto
  vm place demo --vcpus 1-4,11-14
  vm place demo --format json | jq '.moved | length'

Fields of --format json: name, threads, moved (what, threadId, cpus: from, to; or null, scheduling: from, to; or null), placement,
warnings.`,
    )
    .action(async (name: string, { vcpus, format }: { vcpus?: string; format: string }) => {
      const result = await get(name).place({ vcpus });
      for (const warning of result.warnings) warn(`${name}: ${warning}`);
      await print(format === 'json' ? renderJson({ name, ...result }) : renderMoved(name, result));
    });
}
