/** `vm verify` */
import type { Command } from 'commander';
import { exitCodes } from '../../errors.js';
import { get } from '../../runtime/vm.js';
import { addFormat } from '../options.js';
import { print } from '../output.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';
import { renderVerification } from '../render/verify.js';
import { warn } from '../report.js';

interface VerifyFlags {
  format: string;
  all?: boolean;
}

export function configure(command: Command): void {
  addFormat(command.argument('<name>', 'the VM'))
    .option('--all', 'show what passes and what is skipped one by one too')
    .addHelpText(
      'after',
      `
What the spec promises against what the kernel and QEMU say now: CPUs and scheduling of every thread, where the vCPUs ran, memory with
its pages and nodes, shares of the caches, CPU features. Exit code 0: every promise is kept; 1: one is not.

Examples:
  vm verify demo
  vm verify demo --format json | jq -r '.checks[] | select(.status == "fail") | .id'
  vm up demo --verify

Fields of --format json: name, ok, checks (id, status: pass, fail or skip; promise, found, advice or null), notes (sentences on what
the record of the VM has wrong; no check rests on that).`,
    )
    .action(async (name: string, { format, all = false }: VerifyFlags) => {
      const verification = await get(name).verify();
      await print(
        format === 'json'
          ? renderJson(verification)
          : renderVerification(verification, styleFor(process.stdout), all),
      );
      if (format !== 'json') for (const note of verification.notes) warn(`${name}: ${note}`);
      if (!verification.ok) process.exitCode ||= exitCodes.no;
    });
}
