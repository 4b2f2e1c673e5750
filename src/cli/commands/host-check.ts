/** `vm host check` */
import type { Command } from 'commander';

export function configure(command: Command): void {
  command.addHelpText('after', `\nExamples:\n  vm host check\n`);
}
