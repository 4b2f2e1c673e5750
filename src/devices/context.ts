/** What a device needs to turn its part of the spec into a plan. Pure. */
import type { Claim, FileFacts, HostFacts } from '../plan/facts.js';
import type { PlanNotes } from '../plan/findings.js';
import type { VmPaths } from '../plan/paths.js';
import type { QemuFeatures } from '../plan/qemu-capabilities.js';
import type { BootKind } from '../spec/boot.js';
import type { UsbAllocator } from './usb-bus.js';

/** Where a PCI device sits: the id of its bus and the slot on it; empty on a machine without PCI (microvm). */
export interface PciSlot {
  readonly bus?: string;
  readonly addr?: string;
}

/** What has places of its own among the root ports (plan/pci.ts). */
export type PciKind = 'network' | 'disk' | 'hostDevice' | 'other';

/** Properties that every virtio device of the VM has: those that an IOMMU in the guest needs. */
export type VirtioProperties = Readonly<Record<string, boolean | string>>;

/** Drivers of one form have it in their name: only for guests of old, or never for them (hw/virtio/virtio-pci.h, VirtioPCIDeviceTypeInfo). */
export type VirtioForm = '' | '-transitional' | '-non-transitional';

/** How a virtio device with drivers of one form each is spoken to. */
export interface VirtioTransport {
  readonly form: VirtioForm;
  readonly properties: VirtioProperties;
}

/** The driver of a virtio device (`blk`, `net`, …) on this machine: on PCI, or on virtio-mmio where there is no PCI (microvm). */
export function virtioDriver(device: string, { bus }: PciSlot, form: VirtioForm = ''): string {
  return `virtio-${device}-${bus === undefined ? 'device' : `pci${form}`}`;
}

export interface DeviceContext extends PlanNotes {
  readonly vmName: string;
  readonly host: HostFacts;
  /** Of the other live VMs. */
  readonly claims: readonly Claim[];
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly paths: VmPaths;
  /** What this QEMU has: `qemu.has('iothreadVqMapping')`. */
  readonly qemu: QemuFeatures;
  readonly vcpus: number;
  /** What the spec says of QEMU's sandbox. */
  readonly sandbox: boolean | 'auto';
  readonly ioThreads: readonly string[];
  /** The place of a device in the order of firmware's tries, from 1; undefined if its kind is not in `boot.order`. */
  readonly bootIndex: (kind: BootKind | 'hostDevice', id?: string) => number | undefined;
  /** What the machine has of its own: q35 six SATA ports; pc IDE and a floppy controller; microvm nothing. */
  readonly chipset: 'q35' | 'pc' | 'microvm';
  /** Gives the device with this id a PCI slot of its own: behind a root port on q35; nothing on a machine without PCI. */
  readonly pciSlot: (id: string, kind?: PciKind) => PciSlot;
  /** Gives USB devices their ports; the controller comes by itself. */
  readonly usb: Pick<UsbAllocator, 'take' | 'needsDefault'>;
  /** To be spread into every virtio device. */
  readonly virtio: VirtioProperties;
}
