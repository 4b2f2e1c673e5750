/** `vm init` */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import { checkName } from '../../spec/name.js';
import { specTemplate } from '../../spec/template.js';
import { print, tell } from '../output.js';

export function configure(command: Command): void {
  command
    .argument('<new-name>', 'name of the VM')
    .option('--stdout', 'print the spec instead of writing it')
    .addHelpText(
      'after',
      `
Writes vms/NAME.yaml, in which every key is explained. An existing file is never overwritten.

Examples:
  vm init demo
  vm init demo --stdout | vm plan -`,
    )
    .action((name: string, { stdout }: { stdout?: boolean }) => run(checkName(name), stdout === true));
}

async function run(name: string, toStdout: boolean): Promise<void> {
  const text = specTemplate(name);
  if (toStdout) return print(text);
  const file = join('vms', `${name}.yaml`);
  await writeNew(file, text);
  tell(`${file} is written. "vm plan ${name}" shows what it makes, "vm up ${name}" starts it.`);
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    if (cause.code === 'EEXIST') {
      throw new VmError('state.spec-exists', `${file} exists already`, {
        hint: 'Choose another name, or print the spec with --stdout.',
        cause,
      });
    }
    throw new VmError('host.file', `${file} can't be written: ${cause.message}`, { cause });
  }
}
