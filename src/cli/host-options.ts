/** Options that the verbs of `vm host` share. */
import type { Command } from 'commander';
import { type HostProfile, hostProfiles } from '../host/settings/setting.js';
import type { HostOptions } from '../index.js';
import { addFormat, addSysroot } from './options.js';

export interface HostFlags {
  profile: HostProfile;
  perfPercent: '0' | '100';
  sysroot?: string;
  format: string;
}

/** What `check` and `tune` judge for. */
export function addHostOptions(command: Command): Command {
  const profile = command
    .createOption('--profile <profile>', 'what the machine is for')
    .choices(hostProfiles)
    .default('performance');
  const percent = command
    .createOption(
      '--perf-percent <percent>',
      'kernel.perf_cpu_time_max_percent: try 100 where 0 does not help',
    )
    .choices(['0', '100'])
    .default('0');
  return addFormat(
    addSysroot(
      command
        .argument('[spec...]', 'names or files of the specs that are to run')
        .addOption(profile)
        .addOption(percent),
      'the machine whose /proc, /sys and /etc are in this folder',
    ),
  );
}

export function hostOptions(
  specs: readonly string[],
  { profile, perfPercent, sysroot }: HostFlags,
): HostOptions {
  return { specs, profile, perfPercent: perfPercent === '100' ? 100 : 0, sysroot };
}
