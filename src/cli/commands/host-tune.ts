/** `vm host tune` */
import type { Command } from 'commander';
import { exitCodes } from '../../errors.js';
import { hostTune } from '../../runtime/host-tune.js';
import { addHostOptions, type HostFlags, hostOptions } from '../host-options.js';
import { print, tell } from '../output.js';
import { renderFiles, renderTune } from '../render/host.js';
import { renderJson } from '../render/json.js';
import { styleFor } from '../render/style.js';
import { warn } from '../report.js';

interface TuneFlags extends HostFlags {
  dryRun: boolean;
  only: string[];
  persist: boolean;
}

const collect = (value: string, earlier: readonly string[]) => [...earlier, ...value.split(',')];

export function configure(command: Command): void {
  addHostOptions(command)
    .option('--dry-run', 'only show what would be done', false)
    .option('--only <id>', 'a setting of "vm host check", or a part of its id (repeatable)', collect, [])
    .option('--persist', 'write the files too that keep it so across boots', false)
    .addHelpText(
      'after',
      `
What was there is written down before it is changed: "vm host revert" puts it back. Every write is read back. What only a boot changes is
told. With --persist one file each of sysctl.d, modprobe.d, tmpfiles.d, modules-load.d and grub.d is written; none that is not ours is touched.

Exit code 3: the kernel refused something; the rest is done.

Examples:
  vm host tune --dry-run
  sudo vm host tune --only ksm --only governor
  sudo vm host tune --persist web worker

Fields of --format json: changes (id, what, from, to, done, error or null), reboot (id, what), files (path, text), bootLoader (or null).`,
    )
    .action(tune);
}

async function tune(specs: string[], flags: TuneFlags): Promise<void> {
  const { dryRun, only, persist, format } = flags;
  const result = await hostTune({ ...hostOptions(specs, flags), dryRun, only, persist });
  if (format === 'json') {
    await print(renderJson(result));
  } else {
    await print(renderTune(result.changes, styleFor(process.stdout)));
    if (dryRun) await print(renderFiles(result.files, styleFor(process.stdout)));
    if (result.changes.length === 0) tell('Nothing is to be changed.');
    for (const { id, what } of result.reboot) tell(`${id}: holds after the next boot: ${what}`);
    if (result.bootLoader !== null) tell(`For the boot loader to take it: ${result.bootLoader}`);
  }
  for (const { id, error } of result.changes) {
    if (error === null) continue;
    warn(`${id}: ${error}`);
    process.exitCode = exitCodes.host;
  }
}
