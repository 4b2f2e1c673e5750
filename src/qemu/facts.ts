/** What planning needs to know of the QEMU that will run. */
import type { QemuFacts } from '../plan/facts.js';
import type { VmSpec } from '../spec/schema.js';
import { defaultBinary, findQemu } from './find.js';
import { openKvm, probeKvm } from './kvm.js';

/**
 * Finds the binary and, only for `accelerator: auto`, learns whether KVM really starts. `kvm` asked for is tried by the launch itself.
 * @param live false for a captured machine: nothing is tried there.
 */
export async function readQemuFacts(spec: VmSpec, { live }: { live: boolean }): Promise<QemuFacts> {
  const wanted = spec.qemu.binary ?? defaultBinary;
  const found = findQemu(wanted);
  const binary = found ?? wanted;
  const { accelerator } = spec.machine;
  if (!live) return { binary, found: true, kvm: null };
  if (accelerator === 'tcg') return { binary, found: found !== undefined, kvm: null };
  if (accelerator === 'kvm' || found === undefined)
    return { binary, found: found !== undefined, kvm: openKvm() };
  return { binary, found: true, kvm: await probeKvm(found) };
}
