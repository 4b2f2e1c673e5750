/** `vm host check` */
import type { Command } from 'commander';
import { exitCodes } from '../../errors.js';
import { hostCheck } from '../../runtime/host-check.js';
import { addHostOptions, type HostFlags, hostOptions } from '../host-options.js';
import { print } from '../output.js';
import { renderChecks } from '../render/host.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';

export function configure(command: Command): void {
  addHostOptions(command)
    .option('--strict', 'warnings count as failures', false)
    .addHelpText(
      'after',
      `
Needs no root and changes nothing. With specs it is judged for them: their huge pages, CPUs and devices.

  ok    right, or not needed here
  note  worth knowing, nothing to do
  warn  VMs run, but worse than they could
  fail  what is asked for cannot be had, or a wall between VMs is open

Exit code 0: nothing failed; 1: something did (--strict: or warned).

Examples:
  vm host check
  vm host check web worker --strict
  vm host check --format json | jq -r '.checks[] | select(.status == "fail") | .id'

Fields of --format json: checks, an array of objects: id, group, status (ok, note, warn, fail), found, wanted (or null), advice (or null).`,
    )
    .action(check);
}

async function check(specs: string[], flags: HostFlags & { strict: boolean }): Promise<void> {
  const checks = await hostCheck(hostOptions(specs, flags));
  await print(
    flags.format === 'json' ? renderJson({ checks }) : renderChecks(checks, styleFor(process.stdout)),
  );
  const bad = checks.some(({ status }) => status === 'fail' || (flags.strict && status === 'warn'));
  if (bad) process.exitCode = exitCodes.no;
}
