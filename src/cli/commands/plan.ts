/** `vm plan` */
import type { Command } from 'commander';
import { compile } from '../../runtime/compile.js';
import { tellFindings } from '../findings.js';
import { addCompileOptions, addFormat, type CompileFlags, compileOptions } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';
import { renderPlan } from '../render/plan.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addFormat(addCompileOptions(command.argument('<spec>', 'name or file of a spec; - is stdin')))
    .addHelpText(
      'after',
      `
Nothing is started or changed. What this host lacks is a warning here, and an error of "vm up".

Examples:
  vm plan demo
  vm plan demo --set placement.vcpus=1-4 --format json | jq .placement.vcpus
  vm plan demo --sysroot captured/

Fields of --format json: the whole plan; among them name, accelerator, cpu, memory (bytes), placement
(vcpus: vcpu, cpu, cpus, node, core), devices, decisions (key, value, reason), findings (severity, code, key, message).`,
    )
    .action(async (spec: string, flags: CompileFlags & { format: string }) => {
      const { plan } = await compile(spec, compileOptions(flags));
      await print(flags.format === 'json' ? renderJson(plan) : renderPlan(plan, styleFor(process.stdout)));
      tellFindings(plan);
    });
}
