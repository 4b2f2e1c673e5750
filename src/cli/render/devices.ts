/** A plan's devices as rows: what they are and where they sit. */
import { forwardText } from '../../devices/port-forward.js';
import type { DevicePlan } from '../../devices/registry.js';
import type { VmPlan } from '../../plan/plan.js';

export interface DeviceRow {
  readonly id: string;
  readonly kind: string;
  /** `bus:slot`, `slot` on the root bus, `-` for what is no PCI device. */
  readonly pci: string;
  readonly what: string;
}

/** Root ports first, then the devices in the order of the command line. */
export function deviceRows({ rootPorts, devices }: VmPlan): DeviceRow[] {
  return [
    ...rootPorts.map((port) => ({
      id: port.id,
      kind: 'root port',
      pci: `pcie.0 ${port.slot.toString(16).padStart(2, '0')}.${port.function}`,
      what: `chassis ${port.chassis}`,
    })),
    ...devices.map((device) => ({
      id: device.id,
      kind: device.kind,
      pci: slot(device),
      what: describe(device),
    })),
  ];
}

function slot(device: DevicePlan): string {
  const pci = device.kind === 'display' ? device.vnc?.pci : 'pci' in device ? device.pci : undefined;
  return pci ? `${pci.bus} ${pci.addr}` : '-';
}

function describe(device: DevicePlan): string {
  switch (device.kind) {
    case 'disk':
      return `${device.source} (${[device.format, `cache ${device.cache}`, `aio ${device.aio}`, ...(device.readOnly ? ['read-only'] : [])].join(', ')})`;
    case 'display':
      return device.vnc ? `VNC on ${device.vnc.socket}` : 'none';
    case 'guestAgent':
      return device.socket;
    case 'network':
      return `${device.model} ${device.mac}, ${networkBackend(device.backend)}`;
    case 'rng':
      return '/dev/urandom';
    case 'serial':
      return device.backend.type === 'pty'
        ? 'pty'
        : device.backend.type === 'socket'
          ? device.backend.socket
          : device.backend.path;
  }
}

function networkBackend(backend: Extract<DevicePlan, { kind: 'network' }>['backend']): string {
  switch (backend.type) {
    case 'tap':
      return `tap ${backend.device}${backend.make ? ` on bridge ${backend.make.bridge}` : ''}, ${backend.queues} queue${backend.queues === 1 ? '' : 's'}, vhost ${backend.vhost ? 'on' : 'off'}`;
    case 'user':
      return ['user-mode network', ...backend.forwards.map(forwardText)].join(', ');
    case 'none':
      return 'not connected';
  }
}
