/** `vm validate` */
import type { Command } from 'commander';
import { compile } from '../../runtime/compile.js';
import { escapeUnprintable } from '../../spec/printable.js';
import { tellFindings } from '../findings.js';
import { addCompileOptions, type CompileFlags, compileOptions } from '../options.js';
import { print } from '../output.js';
import { inOrder } from '../several.js';

export function configure(command: Command): void {
  addCompileOptions(command.argument('<spec...>', 'names or files of specs; - is stdin'))
    .addHelpText(
      'after',
      `
Every error of every spec is shown; with any, the exit code is 2. What this host lacks is only a warning.

Examples:
  vm validate demo
  vm validate vms/*.yaml`,
    )
    .action((specs: string[], flags: CompileFlags) =>
      inOrder(specs, async (spec) => {
        const { plan } = await compile(spec, compileOptions(flags));
        await print(`${escapeUnprintable(spec)}: ok\n`);
        tellFindings(plan);
      }),
    );
}
