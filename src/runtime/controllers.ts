/** The controllers of the root group, for the time that a VM needs them: systemd, where it runs, leaves them on. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VmError } from '../errors.js';
import type { ControllerHolder, PartitionPlan } from '../plan/cgroup/facts.js';
import { run } from './run.js';

type Holding = Pick<PartitionPlan, 'root' | 'holder'>;

/** Where units are until the next boot. */
const units = '/run/systemd/system';
/** Seconds. */
const patience = 30;

/**
 * Takes what needs controllers of the root group.
 * @throws VmError `host.systemd`; what `take` throws.
 */
export async function holdControllers({ holder }: Holding, take: () => void): Promise<void> {
  if (holder) await start(holder);
  take();
}

/** Gives it back. @throws VmError `host.systemd`; what `giveBack` throws. */
export async function releaseControllers({ root, holder }: Holding, giveBack: () => void): Promise<void> {
  // First: as long as it asks for controllers, they are in use.
  // Records of earlier versions do not have it.
  if (holder) await stop(holder, root);
  giveBack();
}

async function start({ unit, settings }: ControllerHolder): Promise<void> {
  const text = ['# Made by vm, which removes it with the VM.', '[Slice]', ...settings, ''].join('\n');
  writeFileSync(join(units, unit), text, { mode: 0o644 });
  const { status, stderr } = await run('systemctl', ['start', unit], { timeout: patience });
  if (status !== 0) throw refused('start', unit, stderr);
}

async function stop({ unit }: ControllerHolder, root: string): Promise<void> {
  const { stderr } = await run('systemctl', ['stop', unit], { timeout: patience });
  // One that was never started is no error.
  if (existsSync(join(root, unit))) throw refused('stop', unit, stderr);
  rmSync(join(units, unit), { force: true });
}

function refused(verb: string, unit: string, words: string): VmError {
  return new VmError('host.systemd', `systemd does not ${verb} ${unit}: ${words.trim()}`, {
    hint: `It says more with: systemctl status '${unit}'.`,
  });
}
