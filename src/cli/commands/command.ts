/** `vm command` */
import type { Command } from 'commander';
import { argv, shellText } from '../../command/argv.js';
import { shellWord } from '../../command/quote.js';
import type { VmPlan } from '../../plan/plan.js';
import { planOf } from '../../runtime/draft.js';
import { tellFindings } from '../findings.js';
import { addCompileOptions, addFormat, type CompileFlags, compileOptions } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';

export function configure(command: Command): void {
  addFormat(addCompileOptions(command.argument('<spec>', 'name or file of a spec; - is stdin')), [
    'shell',
    'json',
  ])
    .addHelpText(
      'after',
      `
This is what "vm up" spawns, word for word. Pasted into a shell it starts QEMU with its vCPUs stopped.
Processes that must run beside it (swtpm, virtiofsd, …) stand before it as comments.

Examples:
  vm command demo
  vm command demo --set cpu.vcpus=4 > demo.sh
  vm command demo --format json | jq -r '.[0]'

--format json is an array of strings, the program first.`,
    )
    .action((spec: string, flags: CommandFlags) => printCommand(spec, flags));
}

export interface CommandFlags extends CompileFlags {
  format: string;
}

export async function printCommand(spec: string, flags: CommandFlags): Promise<void> {
  const { plan, command } = await planOf(spec, compileOptions(flags));
  const json = flags.format === 'json';
  await print(json ? renderJson(argv(command)) : `${besideText(plan)}${shellText(command)}\n`);
  tellFindings(plan);
}

/** Comments of the shell, a line each: what runs beside QEMU before it starts. */
function besideText({ sideProcesses }: VmPlan): string {
  return sideProcesses
    .map(({ program, args }) => `# ${[program, ...args].map(shellWord).join(' ')} &\n`)
    .join('');
}
