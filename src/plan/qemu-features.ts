/** What the compiler may use of a QEMU: asked of what it says of itself; of its version only where it does not say. Pure. */
import type {
  QemuCapabilities,
  QemuFeature,
  QemuFeatures,
  QemuSchema,
  QemuVersion,
} from './qemu-capabilities.js';

/** A feature: how it is known, and whether a QEMU of which nothing is known is taken to have it, as 7.2 does. */
interface Test {
  readonly in72: boolean;
  readonly known: (capabilities: QemuCapabilities) => boolean;
}

const tests: Readonly<Record<QemuFeature, Test>> = {
  jsonDevice: { in72: true, known: ({ version }) => atLeast(version, 6, 2) },
  jsonNetdev: { in72: true, known: ({ version }) => atLeast(version, 7, 0) },
  runWith: { in72: false, known: (qemu) => takes(qemu, 'run-with', 'user') },
  iothreadVqMapping: {
    in72: false,
    known: (qemu) => deviceHas(qemu, 'virtio-blk-pci', 'iothread-vq-mapping'),
  },
  scsiIothreadVqMapping: {
    in72: false,
    known: (qemu) => deviceHas(qemu, 'virtio-scsi-pci', 'iothread-vq-mapping'),
  },
  // A switch once, it takes a word since there are three choices.
  memLockOnFault: { in72: false, known: ({ options }) => options.overcommit?.['mem-lock'] === 'string' },
  smpModules: { in72: false, known: (qemu) => takes(qemu, 'smp-opts', 'modules') },
  // 9.2 lists the property, and refuses it on a PC.
  smpCache: {
    in72: false,
    known: (qemu) => atLeast(qemu.version, 10, 0) && machineHas(qemu, 'smp-cache'),
  },
  hostCacheInfo: {
    in72: true,
    known: ({ cpuProperties }) => cpuProperties?.includes('host-cache-info') ?? true,
  },
  threadContext: { in72: true, known: ({ schema }) => offers(schema, 'object', 'thread-context') },
  iommufd: { in72: false, known: ({ schema }) => offers(schema, 'object', 'iommufd') },
  reconnectMs: { in72: false, known: (qemu) => takes(qemu, 'chardev', 'reconnect-ms') },
  discardNoUnref: {
    in72: false,
    known: ({ schema }) => offers(schema, 'blockdev', 'qcow2', 'discard-no-unref'),
  },
  netdevStream: { in72: true, known: ({ schema }) => offers(schema, 'netdev', 'stream') },
  netdevReconnect: { in72: false, known: ({ schema }) => offers(schema, 'netdev', 'stream', 'reconnect') },
  netdevReconnectMs: {
    in72: false,
    known: ({ schema }) => offers(schema, 'netdev', 'stream', 'reconnect-ms'),
  },
  pipewireAudio: { in72: false, known: ({ version }) => atLeast(version, 8, 1) },
  machineHpet: { in72: true, known: (qemu) => machineHas(qemu, 'hpet') },
  amdIommuX2apic: { in72: false, known: (qemu) => deviceHas(qemu, 'amd-iommu', 'xtsup', '9.0') },
  intelIommuDmaTranslation: {
    in72: true,
    known: (qemu) => deviceHas(qemu, 'intel-iommu', 'dma-translation', '6.2'),
  },
  virtioIommuAddressWidth: { in72: false, known: (qemu) => deviceHas(qemu, 'virtio-iommu-pci', 'aw-bits') },
  virtioGpuBlob: { in72: true, known: (qemu) => deviceHas(qemu, 'virtio-gpu-pci', 'blob') },
  memoryAuxRamShare: { in72: false, known: (qemu) => machineHas(qemu, 'aux-ram-share') },
  spice: { in72: true, known: ({ commands }) => commands.includes('query-spice') },
};

export const qemuFeatureNames = Object.keys(tests) as readonly QemuFeature[];

/** @param capabilities null: not known; then what QEMU 7.2 has is taken to be there. */
export function qemuFeatures(capabilities: QemuCapabilities | null): QemuFeatures {
  return {
    version: capabilities?.version ?? null,
    has: (feature) => (capabilities === null ? tests[feature].in72 : tests[feature].known(capabilities)),
  };
}

export function versionText({ major, minor, micro }: QemuVersion): string {
  return `${major}.${minor}.${micro}`;
}

/** Compares numbers: 10.0 is later than 9.2. */
export function atLeast(version: QemuVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

function takes({ options }: QemuCapabilities, option: string, parameter: string): boolean {
  return options[option]?.[parameter] !== undefined;
}

/** @param since the version that decides where the driver's properties were not asked. Default: such a driver counts as an old one. */
function deviceHas(qemu: QemuCapabilities, driver: string, property: string, since = '99.0'): boolean {
  const [major = 0, minor = 0] = since.split('.').map(Number);
  return qemu.deviceProperties[driver]?.includes(property) ?? atLeast(qemu.version, major, minor);
}

function machineHas({ machineProperties }: QemuCapabilities, property: string): boolean {
  return machineProperties?.includes(property) ?? false;
}

/** Whether a `-object`, `-netdev`, `-blockdev` or `-chardev` has this variant, and the variant this member. */
function offers(
  schema: QemuSchema,
  root: 'object' | 'netdev' | 'blockdev' | 'chardev',
  variant: string,
  member?: string,
): boolean {
  const type = schema.types[schema[root] ?? ''];
  if (type?.kind !== 'object' || type.tag === null) return false;
  const values = schema.types[type.members[type.tag] ?? ''];
  if (values?.kind !== 'enum' || !values.values.includes(variant)) return false;
  if (member === undefined) return true;
  const chosen = schema.types[type.variants[variant] ?? ''];
  return chosen?.kind === 'object' && chosen.members[member] !== undefined;
}
