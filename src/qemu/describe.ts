/** What a QEMU can do, for people and scripts: `vm qemu`. */
import { VmError } from '../errors.js';
import type {
  QemuCapabilities,
  QemuCpuModel,
  QemuFeature,
  QemuMachine,
  QemuVersion,
} from '../plan/qemu-capabilities.js';
import { qemuFeatureNames, qemuFeatures } from '../plan/qemu-features.js';
import { printable } from '../spec/printable.js';
import { readCapabilities } from './capabilities.js';
import { probedDrivers } from './capabilities-drivers.js';
import { readRecordedCapabilities } from './capabilities-recorded.js';
import { defaultBinary, findQemu } from './find.js';
import { probeKvm } from './kvm.js';

export interface QemuDescription {
  /** Null: a recorded session. */
  readonly binary: string | null;
  readonly version: QemuVersion;
  readonly package: string;
  /** Those that it was built with; whether KVM really starts here, null for a recorded session. */
  readonly accelerators: readonly string[];
  readonly kvm: { readonly works: boolean; readonly reason: string } | null;
  readonly machines: readonly QemuMachine[];
  readonly cpuModels: readonly QemuCpuModel[];
  readonly features: Readonly<Record<QemuFeature, boolean>>;
  readonly devices: readonly string[];
  /** Those that a spec can lead to and that it has not. */
  readonly missingDevices: readonly string[];
}

export interface DescribeOptions {
  /** A path, or a name that is looked for in PATH. Default: `qemu-system-x86_64`. */
  readonly binary?: string | undefined;
  /** The file of a recorded QMP session, to describe that one instead. */
  readonly qemuCapabilities?: string | undefined;
}

/**
 * Asks a QEMU what it can do, or the cache.
 * @throws VmError `qemu.not-found`, `qemu.capabilities`, `usage.qemu-capabilities`.
 */
export async function describeQemu(options: DescribeOptions = {}): Promise<QemuDescription> {
  if (options.qemuCapabilities !== undefined) {
    return { binary: null, kvm: null, ...describe(await readRecordedCapabilities(options.qemuCapabilities)) };
  }
  const wanted = options.binary ?? defaultBinary;
  const binary = findQemu(wanted);
  if (binary === undefined) {
    throw new VmError('qemu.not-found', `there is no ${printable(wanted)} that this user can run`, {
      hint: 'Install QEMU (Debian: apt-get install qemu-system-x86), or name one with --binary.',
    });
  }
  const [capabilities, kvm] = await Promise.all([readCapabilities(binary), probeKvm(binary)]);
  return { binary, kvm, ...describe(capabilities) };
}

function describe(capabilities: QemuCapabilities): Omit<QemuDescription, 'binary' | 'kvm'> {
  const { version, accelerators, machines, cpuModels, devices } = capabilities;
  const features = qemuFeatures(capabilities);
  return {
    version,
    package: capabilities.package,
    accelerators,
    machines,
    cpuModels,
    features: Object.fromEntries(qemuFeatureNames.map((name) => [name, features.has(name)])) as Record<
      QemuFeature,
      boolean
    >,
    devices,
    missingDevices: probedDrivers.filter((driver) => !devices.includes(driver)),
  };
}
