/** Where the cable of an `<interface>` leads. Pure. libvirt's docs: formatdomain, "Network interfaces". */
import type { SpecDocument } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { reconnectDelay } from './addresses.js';

type Network = NonNullable<SpecDocument['networks']>[number];
type Of<Type extends Network['type']> = Extract<Network, { type: Type }>;

/** @param model the card: queues and vhost are virtio's. */
export function cable(node: XmlNode, model: string, taps: TapNames, notes: Notes): Network {
  const type = node.attribute('type') ?? 'user';
  const source = node.child('source');
  switch (type) {
    case 'user':
      return node.child('backend')?.attribute('type') === 'passt' ? passt(node, notes) : user(node, notes);
    case 'bridge':
      return {
        type: 'bridge',
        bridge: source?.attribute('bridge') ?? 'br0',
        device: tapName(node),
        ...ofTap(node, model, notes),
      };
    case 'network':
      return network(node, source, model, notes);
    case 'ethernet':
      return ethernet(node, model, taps, notes);
    case 'direct':
      return {
        type: 'macvtap',
        interface: source?.attribute('dev') ?? 'eth0',
        mode: source?.oneOf('mode', ['vepa', 'bridge', 'private', 'passthrough']) ?? 'vepa',
        ...ofTap(node, model, notes),
      };
    case 'vhostuser':
      return vhostUser(node, source);
    case 'vdpa':
      return { type: 'vhost-vdpa', device: source?.attribute('dev') ?? '', queues: queues(node) };
    case 'server':
    case 'client':
    case 'mcast':
    case 'udp':
      return socket(type, source);
    default:
      if (type !== 'null') notes.dropped(node, `vm has no networks of type ${type}: the card has no cable`);
      source?.ignoreAll();
      return { type: 'none' };
  }
}

const queues = (node: XmlNode): number | undefined => node.child('driver')?.integer('queues', 1);

/** Names such as vnet0 are libvirt's own, and given anew at each start. */
function tapName(node: XmlNode): string | undefined {
  const name = node.child('target')?.attribute('dev');
  return name === undefined || /^(?:vnet|vif|macvtap|macvlan)\d*$/.test(name) ? undefined : name;
}

/** Names for taps that the domain gives none. */
export class TapNames {
  readonly #taken: Set<string | undefined>;

  constructor(interfaces: readonly XmlNode[]) {
    this.#taken = new Set(interfaces.map((node) => node.child('target')?.attribute('dev')));
  }

  next(): string {
    let number = 0;
    while (this.#taken.has(`tap${number}`)) number++;
    this.#taken.add(`tap${number}`);
    return `tap${number}`;
  }
}

interface TapKeys {
  queues?: number | undefined;
  vhost?: boolean | undefined;
}

function ofTap(node: XmlNode, model: string, notes: Notes): TapKeys {
  const backend = node.child('backend');
  if (backend) {
    backend.ignoreAll();
    notes.changed(backend, 'vm opens /dev/net/tun and /dev/vhost-net');
  }
  const driver = node.child('driver')?.oneOf('name', ['qemu', 'vhost']);
  if (!model.startsWith('virtio')) return {};
  return { queues: queues(node) ?? 1, vhost: driver === undefined ? undefined : driver === 'vhost' };
}

/** What libvirt's network is on the host, only libvirt knows: that of its default network is virbr0. */
function network(node: XmlNode, source: XmlNode | undefined, model: string, notes: Notes): Of<'bridge'> {
  const name = source?.attribute('network') ?? 'default';
  const bridge = source?.attribute('bridge');
  source?.ignore('@portid');
  const group = source?.attribute('portgroup');
  if (source && group !== undefined)
    notes.dropped(source, `what the port group ${group} of libvirt's network says is left out`);
  const guess = bridge ?? 'virbr0';
  if (bridge === undefined && name !== 'default')
    notes.approximated(
      source ?? node,
      `the bridge of libvirt's network ${name} is taken to be ${guess}: \`virsh net-info ${name}\` says it`,
    );
  else
    notes.changed(
      source ?? node,
      `the bridge ${guess} of libvirt's network ${name} must be there: \`virsh net-start ${name}\` makes it`,
    );
  return {
    type: 'bridge',
    bridge: guess,
    device: tapName(node),
    isolated: node.child('port')?.yesNo('isolated') === true ? true : undefined,
    ...ofTap(node, model, notes),
  };
}

function ethernet(node: XmlNode, model: string, taps: TapNames, notes: Notes): Of<'tap'> {
  const target = node.child('target');
  const device = target?.attribute('dev') ?? taps.next();
  const managed = target?.yesNo('managed') ?? true;
  if (target?.attribute('dev') === undefined)
    notes.approximated(node, `the tap has no name: it is called ${device}`);
  const guestIp = node.child('source');
  if (guestIp) {
    guestIp.ignoreAll();
    notes.dropped(guestIp, `the tap is given no address: ip address add … dev ${device}`);
  }
  return { type: 'tap', device, make: managed ? true : undefined, ...ofTap(node, model, notes) };
}

function user(node: XmlNode, notes: Notes): Of<'user'> {
  const addresses = node.children('ip').map((ip) => ({
    family: ip.attribute('family') ?? 'ipv4',
    address: ip.attribute('address') ?? '',
    prefix: ip.integer('prefix'),
  }));
  const of = (family: string) => addresses.find((one) => one.family === family);
  const [v4, v6] = [of('ipv4'), of('ipv6')];
  if (addresses.length > [v4, v6].filter((one) => one !== undefined).length)
    notes.dropped(node, 'the network has one address of each family: the first');
  return {
    type: 'user',
    subnet: v4 && `${v4.address}/${v4.prefix ?? 24}`,
    subnet6: v6 && `${v6.address}/${v6.prefix ?? 64}`,
  };
}

function passt(node: XmlNode, notes: Notes): Of<'passt'> {
  const backend = node.child('backend');
  backend?.ignore('@type');
  if (backend?.attribute('logFile') !== undefined) notes.changed(backend, "passt writes into the VM's log");
  const ips = node.children('ip').map((ip) => ({
    address: ip.attribute('address') ?? '',
    prefix: ip.integer('prefix'),
    family: ip.attribute('family') ?? 'ipv4',
  }));
  if (ips.some(({ family, prefix }) => family === 'ipv6' && prefix !== undefined && prefix !== 64))
    notes.dropped(node, "the prefix of an IPv6 address is passt's own: 64");
  return {
    type: 'passt',
    address: ips.length === 0 ? undefined : ips.map(({ address }) => address),
    prefix: ips.find(({ family }) => family === 'ipv4')?.prefix,
    interface: node.child('source')?.attribute('dev'),
    forwards: forwards(node),
  };
}

type Forwards = NonNullable<Of<'passt'>['forwards']>;

function forwards(node: XmlNode): Forwards | undefined {
  const all = node.children('portForward').map((forward) => {
    const ports = forward.children('range').map((range) => {
      const start = range.integer('start', 1);
      const end = range.integer('end', 1);
      const to = range.integer('to', 1);
      const excluded = range.yesNo('exclude') === true;
      const host = end === undefined || end === start ? `${start}` : `${start}-${end}`;
      if (excluded) return `~${host}`;
      if (to === undefined) return host;
      return end === undefined || start === undefined ? `${host}:${to}` : `${host}:${to}-${to + end - start}`;
    });
    return {
      protocol: forward.oneOf('proto', ['tcp', 'udp']) ?? ('tcp' as const),
      address: forward.attribute('address'),
      interface: forward.attribute('dev'),
      ports: ports.length === 0 ? undefined : ports,
    };
  });
  return all.length === 0 ? undefined : all;
}

function vhostUser(node: XmlNode, source: XmlNode | undefined): Network {
  source?.ignore('@type');
  if (node.child('backend')?.attribute('type') === 'passt') {
    return { type: 'passt', interface: source?.attribute('dev'), forwards: forwards(node) };
  }
  source?.ignore('@dev');
  return {
    type: 'vhost-user',
    socket: source?.attribute('path') ?? '',
    server: source?.oneOf('mode', ['client', 'server']) === 'server' ? true : undefined,
    reconnect: source && reconnectDelay(source),
    queues: queues(node),
  };
}

function socket(type: 'server' | 'client' | 'mcast' | 'udp', source: XmlNode | undefined): Of<'socket'> {
  const at = (node: XmlNode | undefined) =>
    `${node?.attribute('address') ?? ''}:${node?.integer('port', 1) ?? 0}`;
  switch (type) {
    case 'server':
    case 'client':
      return { type: 'socket', mode: type, address: at(source) };
    case 'mcast':
      return { type: 'socket', mode: 'multicast', address: at(source) };
    case 'udp':
      return { type: 'socket', mode: 'datagram', address: at(source?.child('local')), peer: at(source) };
  }
}
