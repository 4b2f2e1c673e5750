/** What a device needs to turn its part of the spec into a plan. Pure. */
import type { FileFacts, HostFacts } from '../plan/facts.js';
import type { PlanNotes } from '../plan/findings.js';
import type { VmPaths } from '../plan/paths.js';

/** Where a PCI device sits: the id of its bus and the slot on it. */
export interface PciSlot {
  readonly bus: string;
  readonly addr: string;
}

export interface DeviceContext extends PlanNotes {
  readonly vmName: string;
  readonly host: HostFacts;
  readonly files: ReadonlyMap<string, FileFacts>;
  readonly paths: VmPaths;
  readonly vcpus: number;
  readonly ioThreads: readonly string[];
  /** The place of a device in the order of firmware's tries, from 1; undefined if its kind is not in `boot.order`. */
  readonly bootIndex: (kind: 'disk' | 'net') => number | undefined;
  /** Gives the device with this id a PCI slot of its own: behind a root port on q35. */
  readonly pciSlot: (id: string) => PciSlot;
}
