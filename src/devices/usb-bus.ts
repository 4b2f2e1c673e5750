/** Which port of which USB controller each USB device gets. Pure. */
import { VmError } from '../errors.js';

/** Where a USB device sits: the bus that its controller makes, and the port on it. */
export interface UsbPort {
  readonly bus: string;
  readonly port: string;
}

/** The controller that a VM gets as soon as something needs one and the spec names none. */
export const defaultController = 'usb0';

export class UsbAllocator {
  /** Ports that are taken, by controller. */
  private readonly taken = new Map<string, Set<string>>();
  private readonly ports: ReadonlyMap<string, number>;

  /**
   * @param controllers of the spec, with the number of their ports.
   * @param reserved ports that devices of the spec ask for by number.
   */
  constructor(
    controllers: readonly { readonly id: string; readonly ports: number }[],
    reserved: readonly { readonly controller: string | undefined; readonly port: string }[],
    private readonly defaultPorts: number,
  ) {
    this.ports = new Map(controllers.map(({ id, ports }) => [id, ports]));
    for (const { controller, port } of reserved) this.holdersOf(controller ?? this.first).add(port);
  }

  /** The controller of devices that name none. */
  private get first(): string {
    return this.ports.keys().next().value ?? defaultController;
  }

  /** Whether a device needs the controller that no spec names. */
  get needsDefault(): boolean {
    return this.ports.size === 0 && this.taken.size > 0;
  }

  /**
   * A port for a device: the one that it asks for, which was reserved, or the first free one.
   * @throws VmError `spec.usb-full` where the controller has none left.
   */
  take(controller: string | undefined, port: string | undefined): UsbPort {
    const id = controller ?? this.first;
    const bus = `${id}.0`;
    if (port !== undefined) return { bus, port };
    const taken = this.holdersOf(id);
    const count = this.ports.get(id) ?? this.defaultPorts;
    const free = Array.from({ length: count }, (_, index) => `${index + 1}`).find((one) => !taken.has(one));
    if (free === undefined) {
      throw new VmError(
        'spec.usb-full',
        `the USB controller ${id} has ${count} ports, and more devices want one`,
        {
          hint: 'Add another one to usbControllers, and name it in the devices that are to sit there.',
        },
      );
    }
    taken.add(free);
    return { bus, port: free };
  }

  private holdersOf(id: string): Set<string> {
    const known = this.taken.get(id) ?? new Set<string>();
    this.taken.set(id, known);
    return known;
  }
}
