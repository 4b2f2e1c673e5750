/** Where each PCI device sits: on q35 behind a root port of its own, so that it can be unplugged alone; on pc in a slot of the one bus. Pure. */
import type { PciSlot } from '../devices/context.js';
import { VmError } from '../errors.js';
import type { RootPortPlan } from './plan.js';

/** Slots 0 and 1 are left to the chipset and a video device of the machine's own, 0x1f is the ICH9. */
const firstSlot = 2;
const lastSlot = 30;
const functionsPerSlot = 8;

export class PciAllocator {
  readonly rootPorts: RootPortPlan[] = [];
  private readonly used = new Map<string, PciSlot>();

  /** @param pcie whether the machine has PCIe root ports (q35). */
  constructor(private readonly pcie: boolean) {}

  /**
   * A slot for the device with this id. The same id gets the same slot again.
   * @throws VmError `spec.pci-full` where the machine has no slot left.
   */
  take(id: string): PciSlot {
    const known = this.used.get(id);
    if (known) return known;
    const slot = this.pcie ? this.behindRootPort() : this.onBus();
    this.used.set(id, slot);
    return slot;
  }

  private behindRootPort(): PciSlot {
    const index = this.rootPorts.length;
    const slot = firstSlot + Math.floor(index / functionsPerSlot);
    if (slot > lastSlot) throw pciFull((lastSlot - firstSlot + 1) * functionsPerSlot);
    const port = { id: `vm-rp${index}`, chassis: index + 1, slot, function: index % functionsPerSlot };
    this.rootPorts.push(port);
    return { bus: port.id, addr: '0x0' };
  }

  private onBus(): PciSlot {
    const slot = firstSlot + this.used.size;
    if (slot > lastSlot) throw pciFull(lastSlot - firstSlot + 1);
    return { bus: 'pci.0', addr: `0x${slot.toString(16)}` };
  }
}

function pciFull(slots: number): VmError {
  return new VmError(
    'spec.pci-full',
    `the spec has more than ${slots} PCI devices, which is all that this machine has room for`,
    {
      hint: 'Take devices out, or use machine.type: q35, which has room for 232.',
    },
  );
}
