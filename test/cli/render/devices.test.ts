import { describe, expect, it } from 'vitest';
import { deviceRows } from '../../../src/cli/render/devices.js';
import type { DevicePlan } from '../../../src/devices/registry.js';
import { planOf } from '../support/samples.js';

function describeDevice(device: DevicePlan): string {
  const row = deviceRows(planOf({ rootPorts: [], devices: [device] }))[0];
  return `${row?.id} ${row?.kind} ${row?.pci} | ${row?.what}`;
}

const pci = { bus: 'pcie.0', addr: '0x3' };
const network = {
  kind: 'network',
  id: 'net0',
  origin: 'networks[0]',
  model: 'virtio',
  mac: '52:54:00:00:00:01',
  bootIndex: null,
  pci,
  virtio: {},
} as const;

describe('deviceRows', () => {
  it.each<[DevicePlan, string]>([
    [
      { ...network, backend: { type: 'tap', device: 'tap7', queues: 2, vhost: true, make: null } },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, tap tap7, 2 queues, vhost on',
    ],
    [
      {
        ...network,
        backend: {
          type: 'tap',
          device: 'tap7',
          queues: 1,
          vhost: false,
          make: { device: 'tap7', bridge: 'br0', multiQueue: false },
        },
      },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, tap tap7 on bridge br0, 1 queue, vhost off',
    ],
    [
      { ...network, backend: { type: 'none' } },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, not connected',
    ],
    [{ kind: 'panic', id: 'panic0', what: 'pvpanic-pci', pci }, 'panic0 panic pcie.0 0x3 | pvpanic-pci'],
    [{ kind: 'panic', id: 'panic0', what: 'pvpanic', pci: null }, 'panic0 panic - | pvpanic'],
    [{ kind: 'guestAgent', id: 'agent0', socket: '/a.sock' }, 'agent0 guestAgent - | /a.sock'],
  ])('%#', (device, expected) => {
    expect(describeDevice(device)).toBe(expected);
  });
});
