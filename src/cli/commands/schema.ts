/** `vm schema` */
import type { Command } from 'commander';
import { specJsonSchema } from '../../spec/json-schema.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';

export function configure(command: Command): void {
  command
    .addHelpText(
      'after',
      `
An editor with a YAML language server completes and checks specs by it.

Examples:
  vm schema > vm.schema.json
  # then, as the first line of a spec:
  # yaml-language-server: $schema=./vm.schema.json`,
    )
    .action(() => print(renderJson(specJsonSchema())));
}
