/** `vm explain` */
import type { Command } from 'commander';
import { explain } from '../../command/explain.js';
import { compile } from '../../runtime/compile.js';
import { tellFindings } from '../findings.js';
import { addCompileOptions, addFormat, type CompileFlags, compileOptions } from '../options.js';
import { print } from '../output.js';
import { renderExplain, renderExplainMarkdown } from '../render/explain.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addFormat(addCompileOptions(command.argument('<spec>', 'name or file of a spec; - is stdin')), [
    'text',
    'json',
    'markdown',
  ])
    .addHelpText(
      'after',
      `
Examples:
  vm explain demo
  vm explain demo --format markdown > demo.md
  vm explain demo --format json | jq '.[] | select(.cost != null) | {key, cost}'

Fields of --format json, an array of objects: group, flag, value (or null), key (of the spec), at (file:line, or null), why,
cost (what it costs or risks, or null).`,
    )
    .action(async (spec: string, flags: CompileFlags & { format: string }) => {
      const { loaded, plan, command: compiled } = await compile(spec, compileOptions(flags));
      const options = explain(compiled, (key) => loaded.locate(key));
      if (flags.format === 'json') await print(renderJson(options));
      else if (flags.format === 'markdown') await print(renderExplainMarkdown(plan.name, options));
      else await print(renderExplain(options, styleFor(process.stdout)));
      tellFindings(plan);
    });
}
