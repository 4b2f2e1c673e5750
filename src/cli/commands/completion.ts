/** `vm completion` */
import type { Command } from 'commander';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { completionModel, type VerbModel } from '../completion/model.js';
import { zshScript } from '../completion/zsh.js';
import { print } from '../output.js';

const scripts: Readonly<Record<string, (verbs: readonly VerbModel[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function configure(command: Command): void {
  command
    .addArgument(command.createArgument('<shell>', 'the shell').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      `
Completes verbs, flags and their values, names of VMs and specs.

Examples:
  source <(vm completion bash)         # in ~/.bashrc
  source <(vm completion zsh)          # in ~/.zshrc, after compinit
  vm completion fish | source          # in ~/.config/fish/config.fish`,
    )
    .action(async (shell: string) => {
      const script = scripts[shell];
      if (script && command.parent) await print(script(completionModel(command.parent)));
    });
}
