/** `vm host revert` */
import type { Command } from 'commander';
import { exitCodes } from '../../errors.js';
import { hostRevert } from '../../runtime/host-revert.js';
import { addFormat, addSysroot } from '../options.js';
import { print, tell } from '../output.js';
import { renderRevert } from '../render/host.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';
import { warn } from '../report.js';

export function configure(command: Command): void {
  addFormat(addSysroot(command, 'the machine whose /proc, /sys and /etc are in this folder'))
    .addHelpText(
      'after',
      `
Puts back exactly what was there before the first "vm host tune", the files of --persist too, also after one that was killed half way.
What the kernel's command line holds now stays until the next boot.

Exit code 3: something could not be put back; it stays written down, for the next try.

Examples:
  sudo vm host revert
  vm host revert --sysroot captured/

Fields of --format json: changes (what, from, to, outcome: reverted, same, gone, failed; foreign: the
value that somebody else had given it since, or null; error or null).`,
    )
    .action(revert);
}

async function revert({ sysroot, format }: { sysroot?: string; format: string }): Promise<void> {
  const changes = await hostRevert({ sysroot });
  if (format === 'json') await print(renderJson({ changes }));
  else if (changes.length === 0) tell('Nothing was changed that could be put back.');
  else await print(renderRevert(changes, styleFor(process.stdout)));
  for (const { what, to, foreign } of changes)
    if (foreign !== null)
      warn(`${what} was changed by somebody else since, to ${foreign}: it is ${to} again, as before`);
  for (const { error } of changes) {
    if (error === null) continue;
    warn(error);
    process.exitCode = exitCodes.host;
  }
}
