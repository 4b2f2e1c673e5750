/** Which QEMU a spec would have: what is cheap to know of it. */
import type { QemuFacts } from '../plan/facts.js';
import { capabilitiesIdentity } from './capabilities-identity.js';
import { defaultBinary, findQemu } from './find.js';
import { openKvm, probeKvm } from './kvm.js';

/** What a spec says of the QEMU that it wants. */
export interface QemuWish {
  /** Default: {@link defaultBinary}. */
  readonly binary: string | undefined;
  readonly accelerator: 'auto' | 'kvm' | 'tcg';
}

/** A text that is another one where what is known of it in full (facts.ts) would be. */
export async function qemuIdentity({ binary = defaultBinary, accelerator }: QemuWish): Promise<string> {
  const found = findQemu(binary);
  const kvm = found !== undefined && accelerator === 'auto' ? await probeKvm(found) : openedKvm(accelerator);
  return JSON.stringify([found, kvm, found === undefined ? null : capabilitiesIdentity(found)]);
}

/** Whether KVM can be opened; null where nobody asks for it. */
export function openedKvm(accelerator: QemuWish['accelerator']): QemuFacts['kvm'] {
  return accelerator === 'tcg' ? null : openKvm();
}
