import { describe, expect, it } from 'vitest';
import { notesMachine } from '../support/hosts.js';
import { plan } from '../support/planning.js';

const network = (text: string, host = notesMachine()) =>
  plan(`{cpu: {vcpus: 12}, networks: [${text}]}`, { host }).devices.find(
    (device) => device.kind === 'network',
  );

describe('planNetworks', () => {
  it('moves packets by vhost-net with a queue a vCPU, at most eight, where it is there', () => {
    expect(network('{type: bridge, bridge: br0}')?.backend).toMatchObject({ vhost: true, queues: 8 });
    expect(
      network('{type: bridge, bridge: br0}', { ...notesMachine(), vhostNet: false })?.backend,
    ).toMatchObject({
      vhost: false,
      queues: 1,
    });
  });

  it('opens a tap with the queues that it was made for', () => {
    const tap = (text: string) => {
      const made = plan(`{cpu: {vcpus: 12}, networks: [{type: tap, ${text}}]}`);
      const device = made.devices.find(({ kind }) => kind === 'network');
      const queues = device?.kind === 'network' && device.backend.type === 'tap' && device.backend.queues;
      return [queues, ...made.findings.map(({ message }) => message)];
    };
    expect(tap('device: tap7')).toEqual([1]);
    expect(tap('device: tap8')).toEqual([8]);
    expect(tap('device: tap8, vhost: false')).toEqual([2]);
    expect(tap('device: tap7, queues: 4')).toEqual([
      4,
      'tap7 was made for one queue, and this network has 4',
    ]);
    expect(tap('device: tap8, queues: 1')).toEqual([
      1,
      'tap8 was made for several queues, and this network has 1',
    ]);
    expect(tap('device: br0')).toEqual([8, 'br0 is an interface of this host, but no tap']);
  });

  it('has no vhost and one queue on a card that is not virtio', () => {
    expect(network('{type: bridge, bridge: br0, model: e1000e}')?.backend).toMatchObject({
      vhost: false,
      queues: 1,
    });
  });

  it('keeps the MAC address of a name and an index', () => {
    const mac = network('{type: user}')?.mac;
    expect(mac).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
    expect(network('{type: user, model: e1000e}')?.mac).toBe(mac);
  });

  it.each([
    ['{type: bridge, bridge: br7}', 'there is no bridge br7 on this host'],
    ['{type: bridge, bridge: lo}', 'lo is an interface of this host, but no bridge'],
    ['{type: tap, device: tap0}', 'there is no tap tap0 on this host'],
  ])('tells what this host lacks: %s', (text, message) => {
    expect(plan(`networks: [${text}]`).findings.map((finding) => finding.message)).toEqual([message]);
  });
});
