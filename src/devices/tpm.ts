/** The TPM: emulated by an swtpm beside QEMU, served by one that runs already, or the host's. Pure. QEMU's docs/specs/tpm. */
import type { QemuOption } from '../command/option.js';
import { keyValue } from '../command/quote.js';
import type { SideProcessPlan } from '../plan/side-process.js';
import type { DeviceContext } from './context.js';
import { deviceOption, flagOption, socketOption } from './options.js';
import { planSwtpm, planTpmSetup, stateFolder, type TpmSetupPlan } from './swtpm.js';
import type { TpmSpec, TpmVersion } from './tpm-section.js';

export interface TpmPlan {
  readonly kind: 'tpm';
  readonly id: string;
  readonly what: string;
  readonly version: TpmVersion;
  readonly model: 'crb' | 'tis';
  readonly backend:
    | { readonly type: 'emulator' | 'external'; readonly socket: string }
    | { readonly type: 'passthrough'; readonly device: string; readonly cancelPath: string | null };
  readonly sideProcess: SideProcessPlan | null;
  /** Of the emulator: the folder with what it keeps. */
  readonly state: string | null;
  /** What makes the state of a new TPM; null: swtpm itself, or there is none of ours. */
  readonly setup: TpmSetupPlan | null;
}

const origin = 'tpm';

export function planTpm(tpm: TpmSpec | null, context: DeviceContext): TpmPlan[] {
  if (tpm === null) return [];
  const base = { kind: 'tpm', id: 'tpm0', version: tpm.version, model: modelOf(tpm) } as const;
  const { version, model } = base;
  switch (tpm.type) {
    case 'passthrough': {
      const device = tpm.device ?? '/dev/tpm0';
      const backend = { type: 'passthrough', device, cancelPath: tpm.cancelPath ?? null } as const;
      return [{ ...base, what: `${device}, ${model}`, backend, ...noSwtpm }];
    }
    case 'external': {
      const backend = { type: 'external', socket: tpm.socket ?? '' } as const;
      return [{ ...base, what: `${version}, ${model}, ${backend.socket}`, backend, ...noSwtpm }];
    }
    case 'emulator': {
      const state = stateFolder(tpm, context);
      const setup = planTpmSetup(tpm, context);
      const sideProcess = planSwtpm(tpm, context);
      const backend = { type: 'emulator', socket: sideProcess.socket } as const;
      return [{ ...base, what: `${version}, ${model}, swtpm`, backend, sideProcess, state, setup }];
    }
  }
}

const noSwtpm = { sideProcess: null, state: null, setup: null } as const;

/** CRB is what 2.0 brought, and the interface of a TPM of the host is QEMU's to choose no other than tis for. */
function modelOf({ model, version, type }: TpmSpec): 'crb' | 'tis' {
  if (model !== 'auto') return model;
  return version === '2.0' && type !== 'passthrough' ? 'crb' : 'tis';
}

export function tpmOptions({ id, model, version, backend }: TpmPlan): QemuOption[] {
  return [
    ...backendOptions(id, backend),
    deviceOption(origin, `A TPM ${version} as the guest sees it.`, {
      driver: `tpm-${model}`,
      id,
      tpmdev: `${id}-backend`,
    }),
  ];
}

function backendOptions(id: string, backend: TpmPlan['backend']): QemuOption[] {
  if (backend.type === 'passthrough') {
    const { device: path, cancelPath } = backend;
    const members = { id: `${id}-backend`, path, 'cancel-path': cancelPath ?? undefined };
    return [flagOption('-tpmdev', keyValue('passthrough', members), origin, 'The TPM of this host.')];
  }
  const chardev = `${id}-chardev`;
  return [
    socketOption(chardev, backend.socket, origin, 'The control socket of the swtpm that is the TPM.'),
    flagOption(
      '-tpmdev',
      keyValue('emulator', { id: `${id}-backend`, chardev }),
      origin,
      'A TPM that another process emulates, and keeps the secrets of.',
    ),
  ];
}
