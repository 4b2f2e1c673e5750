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
export function deviceRows({ rootPorts, pciBridges, devices }: VmPlan): DeviceRow[] {
  return [
    ...rootPorts.map((port) => ({
      id: port.id,
      kind: 'root port',
      pci: `pcie.0 ${port.slot.toString(16).padStart(2, '0')}.${port.function}`,
      what: port.device === null ? 'free, for hot-plug' : `for ${port.device}`,
    })),
    ...pciBridges.map(({ id, bus, slot }) => ({
      id,
      kind: 'PCI bridge',
      pci: `${bus} 0x${slot.toString(16)}`,
      what: 'more slots',
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
  const pci = 'pci' in device ? device.pci : undefined;
  return pci?.bus === undefined ? '-' : `${pci.bus} ${pci.addr}`;
}

function describe(device: DevicePlan): string {
  switch (device.kind) {
    case 'controller':
      return device.type === 'scsi' ? `${device.model} SCSI` : device.type;
    case 'disk':
      return device.source === ''
        ? `nothing in it (${device.spec.type})`
        : `${device.source} (${[device.format, `cache ${device.cache}`, `aio ${device.aio}`, ...(device.readOnly ? ['read-only'] : [])].join(', ')})`;
    case 'guestAgent':
      return device.socket;
    case 'network':
      return `${device.model} ${device.mac}, ${networkBackend(device.backend)}`;
    default:
      return device.what;
  }
}

function networkBackend(backend: Extract<DevicePlan, { kind: 'network' }>['backend']): string {
  switch (backend.type) {
    case 'tap':
      return `tap ${backend.device}${backend.make?.bridge ? ` on bridge ${backend.make.bridge}` : ''}, ${traffic(backend)}`;
    case 'macvtap':
      return `macvtap ${backend.make.device} on ${backend.make.interface} (${backend.make.mode}), ${traffic(backend)}`;
    case 'bridgeHelper':
      return `tap of QEMU's helper on bridge ${backend.bridge}`;
    case 'user':
      return ['user-mode network', ...backend.forwards.map(forwardText)].join(', ');
    case 'passt':
      return 'passt';
    case 'vhost-user':
      return `vhost-user ${backend.socket}, ${queueText(backend.queues)}`;
    case 'vhost-vdpa':
      return `vhost-vdpa ${backend.device}, ${queueText(backend.queues)}`;
    case 'socket':
      return backend.what;
    case 'none':
      return 'not connected';
  }
}

function traffic({ queues, vhost }: { readonly queues: number; readonly vhost: boolean }): string {
  return `${queueText(queues)}, vhost ${vhost ? 'on' : 'off'}`;
}

const queueText = (queues: number): string => `${queues} queue${queues === 1 ? '' : 's'}`;
