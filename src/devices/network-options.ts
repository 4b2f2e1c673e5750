/** The options of a network: `-netdev` and what it needs before it, then the card. Pure. */
import type { QemuOption } from '../command/option.js';
import { json, keyValue } from '../command/quote.js';
import { virtioDriver } from './context.js';
import type { NetworkPlan } from './network.js';
import type { NetdevProperties, NetworkBackend } from './network-backend.js';
import { deviceOption, flagOption } from './options.js';
import { forwardText } from './port-forward.js';

export function networkOptions(network: NetworkPlan): QemuOption[] {
  const { id, backend, origin, mac, bootIndex, pci, usb } = network;
  const connected = backend.type !== 'none';
  const card = deviceOption(origin, `The guest's network card (${mac}).`, {
    driver: driverOf(network),
    id,
    ...(connected ? { netdev: netdevId(id) } : {}),
    mac,
    ...network.properties,
    ...(bootIndex === null ? {} : { bootindex: bootIndex }),
    ...pci,
    ...usb,
  });
  return connected ? [...netdevOptions(id, backend, origin), card] : [card];
}

const netdevId = (id: string): string => `${id}-netdev`;

function driverOf({ model, pci }: NetworkPlan): string {
  const generation = /^virtio-(.*)$/.exec(model)?.[1];
  if (generation !== undefined) return `virtio-net-pci-${generation}`;
  return model === 'virtio' ? virtioDriver('net', pci) : model;
}

type Cable = Exclude<NetworkBackend, { type: 'none' }>;

function netdevOptions(id: string, backend: Cable, origin: string): QemuOption[] {
  const netdev = (type: string, properties: NetdevProperties, why: string): QemuOption =>
    flagOption('-netdev', json({ type, id: netdevId(id), ...properties }), origin, why);
  switch (backend.type) {
    case 'user': {
      const forwards = backend.forwards.map((forward) => ({ str: forwardText(forward) }));
      const why =
        'User-mode network: needs no rights and no bridge; the guest reaches out, and in only through the forwards.';
      const properties = { ...backend.properties, ...(forwards.length > 0 ? { hostfwd: forwards } : {}) };
      const cost = 'Every packet goes through QEMU: slower than a bridge.';
      return [{ ...netdev('user', properties, why), cost }];
    }
    case 'tap':
    case 'macvtap':
      return [netdev('tap', tapProperties(backend), tapWhy(backend))];
    case 'bridgeHelper':
      return [
        netdev(
          'bridge',
          { br: backend.bridge },
          `QEMU's helper makes a tap in bridge ${backend.bridge}; it goes with QEMU.`,
        ),
      ];
    case 'vhost-user': {
      const chardev = `${id}-chardev`;
      const { socket, server, reconnect, queues } = backend;
      const value = keyValue('socket', {
        id: chardev,
        path: socket,
        ...(server ? { server: true } : reconnect),
      });
      return [
        flagOption('-chardev', value, origin, 'The process that moves the packets is behind this socket.'),
        {
          ...netdev(
            'vhost-user',
            { chardev, ...queueMember(queues) },
            'Another process moves the packets: it maps the memory of the guest and reads its rings.',
          ),
          cost: 'That process sees all memory of the guest.',
        },
      ];
    }
    case 'vhost-vdpa':
      return [
        netdev(
          'vhost-vdpa',
          { vhostdev: backend.device, ...queueMember(backend.queues) },
          'A card of the host reads and writes the rings of the guest itself.',
        ),
      ];
    case 'passt':
      return [
        netdev(
          'stream',
          { server: false, addr: { type: 'unix', path: backend.socket } },
          "User-mode network by passt, which runs beside QEMU in a sandbox: needs no rights, and the guest has the host's addresses.",
        ),
      ];
    case 'socket':
      return [netdev(backend.driver, backend.properties, `A link between guests: ${backend.what}.`)];
  }
}

type Tap = Extract<Cable, { type: 'tap' | 'macvtap' }>;

const queueMember = (queues: number): NetdevProperties => (queues > 1 ? { queues } : {});

function tapProperties(backend: Tap): NetdevProperties {
  const traffic = {
    vhost: backend.vhost,
    ...(backend.sendBuffer === null ? {} : { sndbuf: backend.sendBuffer }),
  };
  if (backend.type === 'macvtap') {
    const { descriptors } = backend.make;
    return { [descriptors.length > 1 ? 'fds' : 'fd']: descriptors.join(':'), ...traffic };
  }
  const { device, queues } = backend;
  return { ifname: device, script: 'no', downscript: 'no', ...queueMember(queues), ...traffic };
}

function tapWhy(backend: Tap): string {
  if (backend.type === 'macvtap')
    return `A macvtap that \`vm up\` makes on ${backend.make.interface}, and whose device QEMU inherits; \`vm down\` takes it away.`;
  if (backend.make === null) return 'A tap that is there already.';
  return backend.make.bridge === null
    ? 'A tap that `vm up` makes and `vm down` takes away.'
    : `A tap that \`vm up\` makes in bridge ${backend.make.bridge} and \`vm down\` takes away.`;
}
