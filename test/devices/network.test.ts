import { describe, expect, it } from 'vitest';
import { type PasstForward, passtForwardText } from '../../src/devices/port-forward.js';
import { notesMachine } from '../support/hosts.js';
import { imageFile, plan, type World } from '../support/planning.js';

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

/** The whole plan of one network, with what it has to say. */
const told = (text: string, world: World = {}) => {
  const made = plan(`networks: [${text}]`, world);
  const device = made.devices.find((one) => one.kind === 'network');
  return { device, made, findings: made.findings.map(({ key, message }) => `${key}: ${message}`) };
};

describe('cables besides taps', () => {
  it('shares the memory with vhost-user, and says so', () => {
    const { made } = told('{type: vhost-user, socket: /run/v.sock}');
    expect(made.memory).toMatchObject({ backing: 'memfd', shared: true });
    expect(made.decisions).toContainEqual({
      key: 'memory.access',
      value: 'shared',
      reason: 'the process that moves the packets (networks[0]) reads and writes it',
    });
    expect(() =>
      plan('{memory: {access: private}, networks: [{type: vhost-user, socket: /v.sock}]}'),
    ).toThrow('memory.access');
  });

  it('has as many queues as it is told, where nobody can be asked', () => {
    expect(told('{type: vhost-user, socket: /v.sock}').device?.backend).toMatchObject({ queues: 1 });
    const four = told('{type: vhost-vdpa, device: /dev/vhost-vdpa-0, queues: 4}').device;
    expect(four).toMatchObject({ backend: { queues: 4 }, properties: { mq: true, vectors: 10 } });
  });

  it('numbers the descriptors of macvtaps one after the other, and gives them the MAC of the card', () => {
    const host = { ...notesMachine(), interfaces: [{ name: 'eth0', bridge: false, tap: null, node: null }] };
    const text = '{type: macvtap, interface: eth0, queues: 2}, {type: macvtap, interface: eth0, queues: 1}';
    const made = plan(`networks: [${text}]`, { host });
    expect(made.macvtaps.map(({ descriptors }) => descriptors)).toEqual([[4, 5], [6]]);
    const macs = made.devices.flatMap((device) => (device.kind === 'network' ? [device.mac] : []));
    expect(made.macvtaps.map(({ mac }) => mac)).toEqual(macs);
    expect(made.findings).toEqual([]);
  });

  it('starts passt beside QEMU, as root without becoming another user', () => {
    const text = '{type: passt, forwards: ["2222:22", {protocol: udp, ports: ["8000-8010:9000", "~8005"]}]}';
    const { device } = told(text, { host: { ...notesMachine(), root: true } });
    expect(device?.sideProcess).toMatchObject({
      id: 'passt-net0',
      program: 'passt',
      socket: '/run/vm/worker/passt-net0.sock',
    });
    expect(device?.sideProcess?.args.join(' ')).toBe(
      '--foreground --stderr --one-off --runas 0 --socket /run/vm/worker/passt-net0.sock --tcp-ports 127.0.0.1/2222:22 --udp-ports 8000-8010:9000-9010,~8005',
    );
  });

  it.each([
    ['{type: macvtap, interface: eth7}', 'networks[0].interface: there is no interface eth7 on this host'],
    [
      '{type: user, txQueueSize: 1024}',
      'networks[0].txQueueSize: 1024 is for vhost-user and vhost-vdpa: QEMU takes 256 here',
    ],
    ['{type: socket, mode: client, path: /l.sock}', 'networks[0].path: nothing listens on /l.sock yet'],
    ['{type: vhost-user, socket: /l.sock}', 'networks[0].socket: nothing listens on /l.sock yet'],
    ['{type: vhost-vdpa, device: /l.sock}', 'networks[0].device: /l.sock does not exist'],
    [
      '{type: socket, mode: client, path: /m.sock, reconnect: 1s}',
      'networks[0].reconnect: this QEMU does not have it: it came with 8.0',
    ],
    [
      `{type: socket, mode: server, path: /${'l'.repeat(110)}}`,
      `networks[0].path: the socket /${'l'.repeat(110)} has more than the 107 bytes that a socket's path can have`,
    ],
  ])('tells what this host or QEMU lacks: %s', (text, message) => {
    const files = { '/l.sock': { ...imageFile, kind: 'missing' } } as const;
    expect(told(text, { files }).findings).toEqual([message]);
  });

  it('tells where passt is not installed', () => {
    const programs = { swtpm: null, swtpmSetup: null, virtiofsd: null, passt: null, vhostUserGpu: null };
    const { findings } = told('{type: passt}', { host: { ...notesMachine(), programs } });
    expect(findings).toEqual(['networks[0].type: passt is not installed here']);
  });
});

describe('passtForwardText', () => {
  it.each<[PasstForward, string]>([
    [{ protocol: 'tcp', ports: [] }, 'all'],
    [{ protocol: 'tcp', address: '::1', ports: [] }, '::1/1-65535'],
    [{ protocol: 'tcp', interface: 'eth0', ports: ['22'] }, '%eth0/22'],
    [
      { protocol: 'tcp', address: '127.0.0.1', interface: 'lo', ports: ['1-3:11', '~2'] },
      '127.0.0.1%lo/1-3:11-13,~2',
    ],
  ])('%#', (forward, text) => {
    expect(passtForwardText(forward)).toBe(text);
  });
});
