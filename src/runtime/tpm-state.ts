/** The state of a new TPM, made by swtpm_setup as a factory makes a chip: keys inside, banks chosen. swtpm_setup(8). */
import { existsSync, promises } from 'node:fs';
import { join } from 'node:path';
import type { TpmSetupPlan } from '../devices/swtpm.js';
import { VmError } from '../errors.js';
import type { VmPlan } from '../plan/plan.js';
import { flockWithin } from './flock.js';
import { ensureFolder } from './roots.js';
import { run } from './run.js';

/** Seconds for the swtpm_setup of a launch that was killed to end by itself; it takes half a second. */
const patience = 30;

/**
 * Makes the state, or does at each start to one that is there what the spec asks for.
 * @throws VmError `host.tpm` in the words of swtpm_setup.
 */
export async function prepareTpm({ name, devices, paths }: VmPlan): Promise<void> {
  const tpm = devices.find((device) => device.kind === 'tpm');
  if (tpm?.kind !== 'tpm' || tpm.setup === null) return;
  const { setup } = tpm;
  // swtpm_setup inherits it, and so holds it also where its launcher is killed.
  const held = await flockWithin(join(paths.folder, 'swtpm_setup.alive'), patience);
  if (held === undefined) {
    throw new VmError(
      'state.locked',
      `the TPM of ${name} is locked: the swtpm_setup of an earlier start is at work on it`,
      {
        hint: `Find it with: fuser ${join(paths.folder, 'swtpm_setup.alive')}.`,
      },
    );
  }
  const inside = async (args: readonly string[]) => {
    const { status, stdout, stderr } = await run(setup.program, args, { descriptor: held.descriptor });
    if (status !== 0) throw setupFailed(setup, args, `${stdout}${stderr}`);
  };
  try {
    if (!existsSync(join(setup.folder, setup.proof))) await create(setup, inside);
    else if (setup.reconfigure !== null) await inside(['--tpmstate', setup.folder, ...setup.reconfigure]);
  } finally {
    await held.release();
  }
}

/** Beside its place first: half a state is none. */
async function create(
  { folder, create, proof }: TpmSetupPlan,
  inside: (args: readonly string[]) => Promise<void>,
): Promise<void> {
  const fresh = join(folder, '.new');
  ensureFolder(folder);
  try {
    await promises.rm(fresh, { recursive: true, force: true });
    await promises.mkdir(fresh, { mode: 0o700 });
    await inside(['--tpmstate', fresh, ...create]);
    const made = (await promises.readdir(fresh)).filter((file) => file !== proof && file !== '.lock');
    for (const file of [...made, proof]) await promises.rename(join(fresh, file), join(folder, file));
  } finally {
    await promises.rm(fresh, { recursive: true, force: true });
  }
}

function setupFailed({ program }: TpmSetupPlan, args: readonly string[], output: string): VmError {
  const words = output.split('\n').filter((line) => line.trim() !== '');
  return new VmError(
    'host.tpm',
    `tpm: the TPM can't be set up: ${words.at(-1) ?? 'swtpm_setup says nothing'}`,
    {
      hint: 'All is undone.',
      details: ['swtpm_setup said:', ...words.slice(-20), 'The command was:', [program, ...args].join(' ')],
    },
  );
}
