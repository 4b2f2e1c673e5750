/** Devices that come to a running guest or leave it. Pure. QEMU's QMP reference: device_add, device_del, blockdev-add, netdev_add. */
import { deviceOptions } from '../devices/registry.js';
import type { ChangedKey } from '../spec/diff.js';
import type { VmPlan } from './plan.js';
import type { LiveInput, QmpCall, Remedy } from './remedy.js';

type Device = VmPlan['devices'][number];

const commands: Readonly<Record<string, string>> = {
  '-object': 'object-add',
  '-blockdev': 'blockdev-add',
  '-netdev': 'netdev_add',
  '-device': 'device_add',
};

/** A whole disk, network or device of the host; undefined for a key of one, and where it takes a restart. */
export function hotPlug({ path, from, to }: ChangedKey, { before, after }: LiveInput): Remedy | undefined {
  const [section, index, key] = path;
  if (key !== undefined) return undefined;
  const origin = `${String(section)}[${String(index)}]`;
  const find = ({ devices }: VmPlan) =>
    devices.find((device) => 'origin' in device && device.origin === origin);
  if (from === null) return plug(find(after.plan), before.plan);
  return to === null ? unplug(find(before.plan), after.plan) : undefined;
}

function plug(device: Device | undefined, running: VmPlan): Remedy | undefined {
  if (device === undefined || running.devices.some(({ id }) => id === device.id)) return undefined;
  if (!isPlain(device) || !hasPlace(device, running)) return undefined;
  // Its place in the order of starts may be held by a device that moves up only with the next start.
  const qmp = deviceOptions(device).map(({ flag, value = '' }): QmpCall | undefined => {
    const execute = commands[flag];
    if (execute === undefined || !value.startsWith('{')) return undefined;
    const { bootindex: _, ...members } = JSON.parse(value) as QmpCall['arguments'];
    return { execute, arguments: members };
  });
  const known = qmp.filter((one) => one !== undefined);
  if (known.length < qmp.length) return undefined;
  return { needs: 'live', how: `QMP ${known.map(({ execute }) => execute).join(', ')}`, qmp: known };
}

function unplug(device: Device | undefined, wanted: VmPlan): Remedy | undefined {
  if (device === undefined || wanted.devices.some(({ id }) => id === device.id)) return undefined;
  if (!isPlain(device) || !('pci' in device)) return undefined;
  const { id, pci } = device;
  // On the bus of the machine itself nothing is plugged; and the guest must let it go.
  if (pci?.bus === undefined || pci.bus === 'pcie.0') return undefined;
  return {
    needs: 'live',
    how: `QMP device_del of ${id}, if the guest lets it go, then blockdev-del or netdev_del of what was behind it`,
    qmp: [],
  };
}

/** Needs nothing of the host that `up` would make first. */
function isPlain(device: Device): boolean {
  if (device.kind === 'disk') return device.made.length === 0 && device.vhostUser === null;
  if (device.kind === 'network') return device.backend.type !== 'tap' || device.backend.make === null;
  return device.kind === 'hostDevice';
}

/** Behind a root port that is free in the running guest. */
function hasPlace(device: Device, { rootPorts }: VmPlan): boolean {
  const bus = 'pci' in device ? device.pci?.bus : undefined;
  return rootPorts.some((port) => port.id === bus && port.device === null);
}
