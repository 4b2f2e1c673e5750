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
