/** What an IOMMU group lets a guest have: it is given away whole, but for bridges. Pure. Linux: Documentation/driver-api/vfio. */
import type { PciDeviceFacts } from './facts.js';

export interface Passthrough {
  /** `alone`: by itself; `group`: together with others of its group; `no`: not at all. */
  readonly guest: 'alone' | 'group' | 'no';
  /** Addresses that go with it, or must be bound to nothing. */
  readonly together: readonly string[];
  /** Why not, or not alone; null: nothing stands against it. */
  readonly reason: string | null;
}

/** PCI's class 06. They carry others, and no guest gets them; the IOMMU counts them in. */
export function isBridge({ class: code }: Pick<PciDeviceFacts, 'class'>): boolean {
  return code.startsWith('06');
}

/** Drivers that leave the rest of a group to VFIO. */
const yielding: ReadonlySet<string> = new Set(['vfio-pci', 'pci-stub', 'pcieport']);

/** Of a group: whether it keeps the others from being given to a guest as long as its driver has it. */
export function isInTheWay({ driver }: Pick<PciDeviceFacts, 'driver'>): boolean {
  return driver !== null && !yielding.has(driver);
}

/** Those that share its group and are no bridges. */
export function groupMates(device: PciDeviceFacts, all: readonly PciDeviceFacts[]): PciDeviceFacts[] {
  if (device.iommuGroup === null) return [];
  return all.filter(
    (other) => other.iommuGroup === device.iommuGroup && other.address !== device.address && !isBridge(other),
  );
}

export function passthrough(device: PciDeviceFacts, all: readonly PciDeviceFacts[]): Passthrough {
  const no = (reason: string): Passthrough => ({ guest: 'no', together: [], reason });
  if (isBridge(device)) return no('it is a bridge');
  if (device.iommuGroup === null) return no('it is in no IOMMU group');
  if (device.use !== undefined) return no(device.use);
  const mates = groupMates(device, all);
  const needed = mates.find(({ use }) => use !== undefined);
  if (needed !== undefined) return no(`of its group, the host needs ${needed.address}: ${needed.use}`);
  const together = mates.map(({ address }) => address);
  if (together.length === 0) return { guest: 'alone', together, reason: null };
  return { guest: 'group', together, reason: `its group has ${together.join(', ')} too` };
}
