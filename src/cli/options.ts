/** Options that several verbs share, and the parsers of their values. */
import type { Command } from 'commander';
import { VmError } from '../errors.js';
import type { CompileOptions } from '../index.js';
import { printable } from '../spec/printable.js';
import { parseDuration } from '../units.js';

/** `--format`, with the first of the choices as default. */
export function addFormat(
  command: Command,
  choices: readonly [string, ...string[]] = ['table', 'json'],
): Command {
  return command.addOption(
    command.createOption('--format <format>', 'how to print it').choices(choices).default(choices[0]),
  );
}

/** `--set KEY=VALUE`, repeatable. */
export function addOverrides(command: Command): Command {
  return command.option(
    '--set <key=value>',
    'override a key of the spec, such as cpu.vcpus=4 (repeatable)',
    collect,
    [],
  );
}

/** `--sysroot DIR`, or VM_SYSROOT. */
export function addSysroot(
  command: Command,
  description = 'plan for the machine whose /proc and /sys are in this folder',
): Command {
  return command.addOption(command.createOption('--sysroot <dir>', description).env('VM_SYSROOT'));
}

/** `--qemu-capabilities FILE`. */
export function addQemuCapabilities(command: Command): Command {
  return command.option(
    '--qemu-capabilities <file>',
    'compile for the QEMU whose recorded QMP session this is (plain or .xz)',
  );
}

/** What `plan`, `command`, `explain` and `validate` have in common. */
export function addCompileOptions(command: Command): Command {
  return addQemuCapabilities(addSysroot(addOverrides(command)));
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}

export interface CompileFlags {
  set: string[];
  sysroot?: string;
  qemuCapabilities?: string;
}

/** What `compile` of the library takes, from the flags of `plan`, `command`, `explain` and `validate`. */
export function compileOptions({ set, sysroot, qemuCapabilities }: CompileFlags): CompileOptions {
  return {
    overrides: set,
    ...(sysroot ? { sysroot } : {}),
    ...(qemuCapabilities ? { qemuCapabilities } : {}),
  };
}

/** A duration of the command line, in seconds. @throws {VmError} `usage.duration`. */
export function durationFlag(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new VmError('usage.duration', `${printable(text)} is no duration`, {
    hint: 'Write a number with a unit: 500ms, 30s, 5m or 1h.',
  });
}
