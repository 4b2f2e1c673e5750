/** What a QEMU binary can do, as plain data, and what the compiler asks of it. Pure types; `qemu/` fills them over QMP or from a recorded session. */

export interface QemuVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

export interface QemuMachine {
  readonly name: string;
  readonly alias: string | null;
  readonly deprecated: boolean;
  readonly hotpluggableCpus: boolean;
  readonly maxCpus: number;
}

export interface QemuCpuModel {
  readonly name: string;
  readonly deprecated: boolean;
}

/**
 * A type of QEMU's QAPI schema (docs/devel/qapi-code-gen, introspection), reduced to what names and nesting need: the values of an
 * enum, a list's element, an object, or the alternatives of a value. Strings name other types; a name that is not there is a plain value.
 */
export type QemuType =
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: string }
  | {
      readonly kind: 'object';
      readonly members: Readonly<Record<string, string>>;
      /** The member that chooses a variant; null: none. */
      readonly tag: string | null;
      readonly variants: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'alternate'; readonly of: readonly string[] };

export interface QemuSchema {
  readonly types: Readonly<Record<string, QemuType>>;
  /** The types of what these options take; null where this QEMU has no such command. */
  readonly object: string | null;
  readonly netdev: string | null;
  readonly blockdev: string | null;
  readonly chardev: string | null;
}

export interface QemuCapabilities {
  readonly version: QemuVersion;
  /** The distributor's own words on the version; often empty. */
  readonly package: string;
  readonly accelerators: readonly string[];
  readonly machines: readonly QemuMachine[];
  readonly cpuModels: readonly QemuCpuModel[];
  /** Properties that `-cpu` takes; null: not asked. */
  readonly cpuProperties: readonly string[] | null;
  /** Properties that the PC machines have in common; null: not asked. */
  readonly machineProperties: readonly string[] | null;
  readonly commands: readonly string[];
  readonly events: readonly string[];
  /** Drivers that `-device` may take. */
  readonly devices: readonly string[];
  /** By driver, for those that were asked: of another driver nothing is known, which is not the same as none. */
  readonly deviceProperties: Readonly<Record<string, readonly string[]>>;
  readonly schema: QemuSchema;
  /** Of the options that QEMU tells of: each parameter with its type. */
  readonly options: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What some QEMUs have and others lack; qemu-features.ts says how each is known. */
export type QemuFeature =
  | 'jsonDevice'
  | 'jsonNetdev'
  | 'runWith'
  | 'iothreadVqMapping'
  | 'scsiIothreadVqMapping'
  | 'memLockOnFault'
  | 'smpModules'
  | 'smpCache'
  | 'hostCacheInfo'
  | 'threadContext'
  | 'iommufd'
  | 'reconnectMs'
  | 'discardNoUnref'
  | 'netdevStream'
  | 'netdevReconnect'
  | 'netdevReconnectMs'
  | 'pipewireAudio'
  | 'machineHpet'
  | 'amdIommuX2apic'
  | 'intelIommuDmaTranslation'
  | 'virtioIommuAddressWidth'
  | 'virtioGpuBlob'
  | 'memoryAuxRamShare'
  | 'spice';

export interface QemuFeatures {
  /** Null: not known, and 7.2 is assumed. */
  readonly version: QemuVersion | null;
  has(feature: QemuFeature): boolean;
}
