/** The swtpm of a VM, and the tool that makes the state of a new TPM. Pure. swtpm(8), swtpm_setup(8). */
import { posix as path } from 'node:path';
import type { SideProcessPlan } from '../plan/side-process.js';
import type { DeviceContext } from './context.js';
import type { TpmSpec } from './tpm-section.js';

export interface TpmSetupPlan {
  readonly program: string;
  /** All but the folder, for a new state. */
  readonly create: readonly string[];
  /** The same for one that is there, at every start; null: it is left as it is. */
  readonly reconfigure: readonly string[] | null;
  /** Where the state is to be. */
  readonly folder: string;
  /** The file that shows that there is one. */
  readonly proof: string;
}

/** What swtpm encrypts with; its own default is the shorter key. */
const cipher = 'aes-256-cbc';

export function stateFolder(tpm: TpmSpec, { paths }: DeviceContext): string {
  return tpm.state ?? paths.tpm;
}

/**
 * It ends with QEMU's connection (`--terminate`), and is confined by a seccomp filter of its own, which is its default and said here.
 */
export function planSwtpm(tpm: TpmSpec, context: DeviceContext): SideProcessPlan {
  const { paths, host } = context;
  const folder = stateFolder(tpm, context);
  const socket = path.join(paths.folder, 'swtpm.sock');
  const log = path.join(paths.stateFolder, 'swtpm.log');
  if (host.programs?.swtpm === null) reportMissing('swtpm', 'swtpm is not installed here', context);
  return {
    id: 'swtpm',
    program: host.programs?.swtpm ?? 'swtpm',
    args: [
      'socket',
      ...(tpm.version === '2.0' ? ['--tpm2'] : []),
      '--ctrl',
      `type=unixio,path=${socket},mode=0600`,
      '--tpmstate',
      `dir=${folder},mode=0600`,
      '--terminate',
      '--seccomp',
      'action=kill',
      ...(tpm.debug === undefined ? [] : ['--log', `file=${log},level=${tpm.debug}`]),
      ...(tpm.encryption === undefined
        ? []
        : ['--key', `pwdfile=${tpm.encryption.secretFile},mode=${cipher}`]),
    ],
    socket,
    key: 'tpm',
    log,
    folders: [folder],
  };
}

/** Without swtpm_setup swtpm makes a state by itself, one without endorsement keys. */
export function planTpmSetup(tpm: TpmSpec, context: DeviceContext): TpmSetupPlan | null {
  const program = context.host.programs === null ? 'swtpm_setup' : context.host.programs.swtpmSetup;
  if (program === null) {
    const needed = tpm.activePcrBanks ?? tpm.profile;
    if (needed !== undefined) {
      const what = tpm.profile === undefined ? 'PCR banks are chosen' : 'a profile is chosen';
      reportMissing('swtpm-tools', `${what} with swtpm_setup, which is not installed here`, context);
    }
    return null;
  }
  const common = [
    ...(tpm.version === '2.0' ? ['--tpm2'] : []),
    ...(tpm.encryption === undefined ? [] : ['--pwdfile', tpm.encryption.secretFile, '--cipher', cipher]),
  ];
  const banks = tpm.activePcrBanks === undefined ? [] : ['--pcr-banks', tpm.activePcrBanks.join(',')];
  return {
    program,
    create: [...common, '--createek', '--lock-nvram', ...banks, ...profileArguments(tpm)],
    reconfigure: banks.length === 0 ? null : [...common, '--reconfigure', ...banks],
    folder: stateFolder(tpm, context),
    proof: tpm.version === '2.0' ? 'tpm2-00.permall' : 'tpm-00.permall',
  };
}

function profileArguments({ profile }: TpmSpec): string[] {
  if (profile === undefined) return [];
  const { name, removeDisabled } = profile;
  return [
    '--profile-name',
    name,
    ...(removeDisabled === undefined ? [] : ['--profile-remove-disabled', removeDisabled]),
  ];
}

function reportMissing(debianPackage: string, message: string, { find }: DeviceContext): void {
  find({
    severity: 'missing',
    code: 'host.program',
    key: 'tpm',
    message,
    hint: `Install it (Debian: apt-get install ${debianPackage}).`,
  });
}
