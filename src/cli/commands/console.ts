/** `vm console` */
import type { Command } from 'commander';
import { get } from '../../runtime/vm.js';
import { attach } from '../console/attach.js';
import { defaultEscape, type EscapeKey, parseEscape } from '../console/escape.js';
import { interruptible } from '../interrupt.js';
import { tell } from '../output.js';

interface ConsoleFlags {
  escape: EscapeKey | null;
  port: string;
}

export function configure(command: Command): void {
  command
    .argument('<name>', 'the VM')
    .option('--escape <key>', 'the key that detaches: ^X, Ctrl-X, or none', parseEscape, defaultEscape)
    .addOption(
      command.createOption('--port <n>', 'which serial port').choices(['0', '1', '2', '3']).default('0'),
    )
    .addHelpText(
      'after',
      `
Everything typed goes to the guest, Ctrl-C too, except the escape key, Ctrl-] by default. Where stdin is no terminal,
what comes from it goes to the guest, and the console stays attached until the VM ends or a signal comes.

Examples:
  vm console demo
  vm console demo --escape ^A
  echo poweroff | vm console demo`,
    )
    .action((name: string, flags: ConsoleFlags) => attachTo(name, flags.escape, Number(flags.port)));
}

/** Attaches the terminal to a serial port, until somebody ends it. */
export async function attachTo(
  name: string,
  escapeKey: EscapeKey | null = defaultEscape,
  port = 0,
): Promise<void> {
  const socket = await get(name).console(port);
  const howToLeave = process.stdin.isTTY && escapeKey !== null ? ` Escape with ${escapeKey.name}.` : '';
  tell(`Connected to ${name}.${howToLeave}`);
  const end = await interruptible(
    (signal) => attach(socket, { input: process.stdin, escapeKey, signal }),
    'no longer attached; it takes a moment',
  );
  tell(end === 'escaped' ? `\nDetached from ${name}, which goes on.` : `\n${name} closed the console.`);
}
