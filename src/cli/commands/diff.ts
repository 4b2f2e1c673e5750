/** `vm diff` */
import type { Command } from 'commander';
import { exitCodes } from '../../errors.js';
import { get } from '../../runtime/vm.js';
import { addFormat } from '../options.js';
import { print } from '../output.js';
import { renderDiff } from '../render/diff.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addFormat(command.argument('<name>', 'the VM'))
    .addHelpText(
      'after',
      `
The spec file as it is now, with the --set of the start, against what runs; what would differ for the same spec too, because the host
or its QEMU changed, is told apart. Exit code 0: nothing differs; 1: something does.

Examples:
  vm diff demo
  vm diff demo || vm restart demo
  vm diff demo --format json | jq -c '.spec[] | select(.needs == "live") | .qmp[]'

Fields of --format json: name, specFile, needs (live, restart, newVm, or null), spec (key, from, to, needs, how, qmp: execute,
arguments), pci (id, from, to), qemu (from, to; or null), command (change: added or removed; cause: spec, qemu or host; option).`,
    )
    .action(async (name: string, { format }: { format: string }) => {
      const diff = await get(name).diff();
      await print(format === 'json' ? renderJson(diff) : renderDiff(diff, styleFor(process.stdout)));
      if (diff.needs !== null) process.exitCode ||= exitCodes.no;
    });
}
