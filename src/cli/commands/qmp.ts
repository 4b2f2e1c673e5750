/** `vm qmp` */
import type { Command } from 'commander';
import { VmError } from '../../errors.js';
import { get } from '../../runtime/vm.js';
import { printable } from '../../spec/printable.js';
import { durationFlag } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';

export function configure(command: Command): void {
  command
    .argument('<name>', 'the VM')
    .argument('<command>', 'a QMP command, such as query-status')
    .argument('[json]', 'its arguments, an object')
    .option('--timeout <duration>', 'how long QEMU may take to answer (default: by command)', durationFlag)
    .addHelpText(
      'after',
      `
Prints what QEMU returns as JSON. An error of QEMU's has exit code 5. The commands are in QEMU's manual:
https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html

Examples:
  vm qmp demo query-status
  vm qmp demo query-cpus-fast
  vm qmp demo human-monitor-command '{"command-line": "info pci"}'`,
    )
    .action((name: string, qmpCommand: string, json: string | undefined, { timeout }: { timeout?: number }) =>
      run(name, qmpCommand, json, timeout),
    );
}

async function run(
  name: string,
  command: string,
  json: string | undefined,
  timeout: number | undefined,
): Promise<void> {
  const vm = get(name);
  const parameters = json === undefined ? undefined : parseArguments(json);
  const client = await vm.qmp();
  try {
    await print(renderJson(await client.executeRaw(command, parameters, { timeout })));
  } finally {
    await client.close();
  }
}

/** @throws {VmError} `usage.json`, with the place of the error. */
export function parseArguments(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw notJson(text, Number(/at position (\d+)/.exec(message)?.[1] ?? text.length), message);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new VmError(
    'usage.json',
    `the arguments of a QMP command are a JSON object, not ${printable(text)}`,
    {
      hint: `Write them as '{"name": "value"}'.`,
    },
  );
}

function notJson(text: string, position: number, message: string): VmError {
  const what = message.replace(/ in JSON at position.*$| in JSON$/, '');
  const place =
    position >= text.length
      ? 'at its end'
      : `at character ${position + 1}, before ${printable(text.slice(position))}`;
  return new VmError('usage.json', `the arguments are no JSON ${place}: ${what}`, {
    hint: `Write them as '{"name": "value"}', in single quotes, so that the shell leaves the double ones.`,
  });
}
