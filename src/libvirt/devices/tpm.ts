/** `<tpm>`. Pure. libvirt's docs: formatdomain, "TPM device". */
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { secretFile } from './disk-secrets.js';

type Tpm = Extract<NonNullable<SpecDocument['tpm']>, object>;

const banks = ['sha1', 'sha256', 'sha384', 'sha512'] as const;

export function convertTpm(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  const node = devices.child('tpm');
  if (node === undefined) return;
  node.ignore('address', 'alias');
  const backend = node.child('backend');
  const model = node.oneOf('model', ['tpm-tis', 'tpm-crb']);
  const type = backend?.oneOf('type', ['passthrough', 'emulator', 'external']) ?? 'passthrough';
  const common = {
    type: type === 'emulator' ? undefined : type,
    model: model === 'tpm-crb' ? ('crb' as const) : ('tis' as const),
  };
  draft.set('tpm', { ...common, ...(backend === undefined ? {} : backendKeys(backend, type, notes)) }, node);
}

function backendKeys(backend: XmlNode, type: NonNullable<Tpm['type']>, notes: Notes): Partial<Tpm> {
  switch (type) {
    case 'passthrough':
      return { device: backend.child('device')?.attribute('path') };
    case 'external': {
      const source = backend.child('source');
      source?.ignore('@type', '@mode');
      return { socket: source?.attribute('path') };
    }
    case 'emulator':
      return emulator(backend, notes);
  }
}

function emulator(backend: XmlNode, notes: Notes): Partial<Tpm> {
  // What a TPM keeps stays until `vm remove`, as with persistent_state.
  backend.ignore('@persistent_state');
  const version = backend.oneOf('version', ['1.2', '2.0']);
  const secret = backend.child('encryption');
  const profile = backend.child('profile');
  const source = backend.child('source');
  const folder = source?.attribute('type') === 'dir' ? source.attribute('path') : undefined;
  const active = backend.child('active_pcr_banks');
  const named = profile?.attribute('source') ?? profile?.attribute('name');
  return {
    version,
    encryption:
      secret === undefined
        ? undefined
        : { secretFile: secretFile(secret, "the passphrase of the TPM's state", notes) },
    activePcrBanks:
      active === undefined ? undefined : banks.filter((bank) => active.child(bank) !== undefined),
    debug: backend.integer('debug', 1),
    profile:
      profile === undefined || named === undefined
        ? undefined
        : { name: named, removeDisabled: profile.oneOf('remove_disabled', ['check', 'fips-host']) },
    state: folder,
  };
}
