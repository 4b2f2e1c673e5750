/** Checks of `tpm`. Pure. */
import type { TpmSpec } from '../devices/tpm-section.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

/** Which type each key is for. */
const types: Partial<Record<keyof TpmSpec, TpmSpec['type']>> = {
  device: 'passthrough',
  cancelPath: 'passthrough',
  socket: 'external',
  encryption: 'emulator',
  activePcrBanks: 'emulator',
  profile: 'emulator',
  debug: 'emulator',
  state: 'emulator',
};

export function checkTpm({ tpm }: Pick<VmSpec, 'tpm'>): KeyIssue[] {
  if (tpm === null) return [];
  const issues: KeyIssue[] = Object.entries(types).flatMap(([key, type]) =>
    tpm[key as keyof TpmSpec] === undefined || tpm.type === type
      ? []
      : [
          {
            key: `tpm.${key}`,
            message: `is for type: ${type} only`,
            hint: `remove it, or write type: ${type}`,
          },
        ],
  );
  if (tpm.type === 'external' && tpm.socket === undefined) {
    issues.push({ key: 'tpm.socket', message: 'is missing: where is that swtpm?', hint: 'write socket: …' });
  }
  if (tpm.version === '1.2') issues.push(...checkOld(tpm));
  for (const [key, path] of [
    ['state', tpm.state],
    ['encryption.secretFile', tpm.encryption?.secretFile],
  ] as const) {
    if (path?.includes(','))
      issues.push({ key: `tpm.${key}`, message: 'swtpm takes no path with a comma', hint: 'rename it' });
  }
  return issues;
}

function checkOld(tpm: TpmSpec): KeyIssue[] {
  const issues: KeyIssue[] = [];
  if (tpm.model === 'crb') {
    issues.push({ key: 'tpm.model', message: 'a TPM 1.2 has no CRB interface', hint: 'write model: tis' });
  }
  for (const key of ['activePcrBanks', 'profile'] as const) {
    if (tpm[key] !== undefined)
      issues.push({ key: `tpm.${key}`, message: 'is for version 2.0 only', hint: 'remove it' });
  }
  return issues;
}
