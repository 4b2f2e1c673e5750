import { describe, expect, it } from 'vitest';
import { deviceRows } from '../../../src/cli/render/devices.js';
import type { DevicePlan } from '../../../src/devices/registry.js';
import { planOf } from '../support/samples.js';

function describeDevice(device: DevicePlan): string {
  const row = deviceRows(planOf({ rootPorts: [], pciBridges: [], devices: [device] }))[0];
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
  linkDown: false,
  properties: {},
  usb: null,
  sideProcess: null,
} as const;
const tap = { type: 'tap', device: 'tap7', queues: 1, vhost: false, sendBuffer: null, make: null } as const;
const made = { device: 'tap7', multiQueue: false, mtu: null, isolated: false } as const;

describe('deviceRows', () => {
  it.each<[DevicePlan, string]>([
    [
      { ...network, backend: { ...tap, queues: 2, vhost: true } },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, tap tap7, 2 queues, vhost on',
    ],
    [
      { ...network, backend: { ...tap, make: { ...made, bridge: 'br0' } } },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, tap tap7 on bridge br0, 1 queue, vhost off',
    ],
    [
      { ...network, backend: { ...tap, make: { ...made, bridge: null } } },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, tap tap7, 1 queue, vhost off',
    ],
    [
      {
        ...network,
        backend: {
          type: 'macvtap',
          queues: 2,
          vhost: true,
          sendBuffer: null,
          make: {
            device: 'mv0',
            interface: 'eth0',
            mode: 'vepa',
            mac: network.mac,
            mtu: null,
            descriptors: [4, 5],
          },
        },
      },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, macvtap mv0 on eth0 (vepa), 2 queues, vhost on',
    ],
    [
      { ...network, backend: { type: 'bridgeHelper', bridge: 'br0' } },
      "net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, tap of QEMU's helper on bridge br0",
    ],
    [
      {
        ...network,
        backend: { type: 'vhost-user', socket: '/v.sock', server: false, reconnect: {}, queues: 1 },
      },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, vhost-user /v.sock, 1 queue',
    ],
    [
      { ...network, backend: { type: 'vhost-vdpa', device: '/dev/vhost-vdpa-0', queues: 4 } },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, vhost-vdpa /dev/vhost-vdpa-0, 4 queues',
    ],
    [
      { ...network, backend: { type: 'none' } },
      'net0 network pcie.0 0x3 | virtio 52:54:00:00:00:01, not connected',
    ],
    [
      { kind: 'panic', id: 'panic0', what: 'pvpanic-pci', ioPort: null, pci },
      'panic0 panic pcie.0 0x3 | pvpanic-pci',
    ],
    [{ kind: 'panic', id: 'panic0', what: 'pvpanic', ioPort: null, pci: null }, 'panic0 panic - | pvpanic'],
    [{ kind: 'guestAgent', id: 'agent0', socket: '/a.sock' }, 'agent0 guestAgent - | /a.sock'],
  ])('%#', (device, expected) => {
    expect(describeDevice(device)).toBe(expected);
  });
});
