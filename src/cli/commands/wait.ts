/** `vm wait` */
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import type { WaitTarget } from '../../index.js';
import { get } from '../../runtime/vm.js';
import { interruptible } from '../interrupt.js';
import { durationFlag } from '../options.js';

interface WaitFlags {
  for: string;
  timeout?: number;
}

export function configure(command: Command): void {
  command
    .argument('<name>', 'the VM')
    .requiredOption(
      '--for <what>',
      'running, stopped, agent, ssh, or a text that the guest prints on its serial console',
    )
    .option('--timeout <duration>', 'give up after that long, such as 60s (default: never)', durationFlag)
    .addHelpText(
      'after',
      `
Exit code 0: it has come; 1: the timeout passed.

Examples:
  vm wait demo --for running
  vm wait demo --for "login:" --timeout 60s
  vm wait demo --for stopped && echo gone`,
    )
    .action((name: string, { for: what, timeout }: WaitFlags) => {
      const vm = get(name);
      return interruptible(
        (signal) => vm.wait(targetOf(what), { signal, ...(timeout === undefined ? {} : { timeout }) }),
        'no longer waiting; it takes a moment',
      );
    });
}

/** What is no known word is a text to wait for. */
function targetOf(text: string): WaitTarget {
  if (text === '')
    throw new VmError('usage.wait', '--for wants something to wait for', {
      hint: '"vm help wait" shows what.',
    });
  return text === 'running' || text === 'stopped' || text === 'agent' || text === 'ssh'
    ? text
    : { marker: text };
}
