/** What planning needs to know of the QEMU that will run. */
import { VmError } from '../errors.js';
import type { QemuFacts } from '../plan/facts.js';
import { readCapabilities } from './capabilities.js';
import { readRecordedCapabilities } from './capabilities-recorded.js';
import { defaultBinary, findQemu } from './find.js';
import { openedKvm, type QemuWish } from './identity.js';
import { openKvm, probeKvm } from './kvm.js';

export interface QemuFactsOptions {
  /** False for a captured machine: nothing is tried there. */
  readonly live: boolean;
  /** The file of a recorded session: stands for a QEMU that is not here. */
  readonly recorded?: string | undefined;
}

/**
 * Finds the binary, asks what it can do, and, only for `accelerator: auto`, learns whether KVM really starts. `kvm` asked for is tried
 * by the launch itself.
 * @throws VmError `usage.qemu-capabilities` for a recorded session that is none.
 */
export async function readQemuFacts(
  { binary: said, accelerator }: QemuWish,
  { live, recorded }: QemuFactsOptions,
): Promise<QemuFacts> {
  const wanted = said ?? defaultBinary;
  const found = live ? findQemu(wanted) : undefined;
  const binary = found ?? wanted;
  if (recorded !== undefined) {
    const capabilities = await readRecordedCapabilities(recorded);
    // That QEMU can't be tried here.
    return { binary, found: true, kvm: live ? openKvm() : null, capabilities };
  }
  if (!live) return { binary, found: true, kvm: null, capabilities: null };
  if (found === undefined) return { binary, found: false, kvm: openedKvm(accelerator), capabilities: null };
  const [kvm, told] = await Promise.all([
    accelerator === 'auto' ? probeKvm(found) : openedKvm(accelerator),
    tellOf(found),
  ]);
  return { binary, found: true, kvm, ...told };
}

/** A QEMU that does not answer is no reason not to plan; a launch will tell what is wrong with it. */
async function tellOf(binary: string): Promise<Pick<QemuFacts, 'capabilities' | 'capabilitiesError'>> {
  try {
    return { capabilities: await readCapabilities(binary) };
  } catch (error) {
    if (!(error instanceof VmError)) throw error;
    return { capabilities: null, capabilitiesError: error.message };
  }
}
