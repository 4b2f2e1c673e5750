/** `networks` of the spec: where a card leads. Pure. QEMU's docs: qemu-options, -netdev. */
import * as z from 'zod';
import { bytes, duration, hostPath, interfaceName, text } from '../spec/scalars.js';
import { cardKeys } from './network-card-section.js';
import { passtForward, portForward } from './port-forward.js';

const address4 = z.ipv4({ error: 'is no IPv4 address: write it as 10.0.2.2' });
const address6 = z.ipv6({ error: 'is no IPv6 address: write it as fd00::2' });
const address = z.union([address4, address6], { error: 'is no IP address: write 10.0.2.2 or fd00::2' });
const hostPort = z
  .string()
  .regex(/^[A-Za-z0-9._-]{0,255}:\d{1,5}$/, 'is no address with a port: write it as "127.0.0.1:5558"')
  .refine((value) => {
    const port = Number(value.slice(value.lastIndexOf(':') + 1));
    return port >= 1 && port <= 65535;
  }, 'has no port from 1 to 65535');
const domainName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?$/, 'is no name of a host or a domain');
const reconnect = duration
  .optional()
  .meta({ description: 'how long to wait before connecting again; default: not at all' });
const ipv = (version: 4 | 6) =>
  z
    .boolean()
    .optional()
    .meta({ description: `whether the guest gets IPv${version}; default: true` });

const queueCount = z.union([
  z.literal('auto'),
  z.int().min(1, 'must be at least 1').max(256, 'must be at most 256'),
]);
const tapKeys = {
  queues: queueCount
    .default('auto')
    .meta({ description: 'queue pairs; auto: one a vCPU, at most 8, with vhost, else 1' }),
  vhost: z
    .union([z.literal('auto'), z.boolean()])
    .default('auto')
    .meta({
      description:
        "packets are moved by the host's kernel (vhost-net) and not by QEMU; auto: where it is there",
    }),
  sendBuffer: bytes
    .refine((size) => size <= 0x7fff_ffff, { message: 'must be less than 2GiB' })
    .optional()
    .meta({ description: 'what may wait to be sent; 0B: as much as there is, which is the default' }),
};
const backendQueues = queueCount
  .default('auto')
  .meta({ description: 'queue pairs, which the backend must have too; auto: 1' });
const newDevice = interfaceName
  .optional()
  .meta({ description: 'what the interface is called on the host; default: a name of its own' });

const user = z.strictObject({
  type: z
    .literal('user')
    .meta({ description: "user mode: out through this process's own sockets, in through forwards" }),
  ...cardKeys,
  forwards: z.array(portForward).max(256).default([]).meta({
    description:
      'host port to guest port: "2222:22", "127.0.0.1:8080:80/tcp"; the host side is 127.0.0.1 unless said',
  }),
  ipv4: ipv(4),
  ipv6: ipv(6),
  subnet: z
    .cidrv4({ error: 'is no IPv4 network: write it as 10.0.2.0/24' })
    .optional()
    .meta({ description: 'default: 10.0.2.0/24' }),
  subnet6: z
    .cidrv6({ error: 'is no IPv6 network: write it as fec0::/64' })
    .optional()
    .meta({ description: 'default: fec0::/64' }),
  gateway: address4.optional().meta({ description: 'the host, as the guest sees it; default: .2' }),
  gateway6: address6.optional().meta({ description: 'the same in IPv6' }),
  dns: address4.optional().meta({ description: 'the name server that the guest is told of; default: .3' }),
  dns6: address6.optional().meta({ description: 'the same in IPv6' }),
  dhcpStart: address4.optional().meta({ description: 'the first address that DHCP gives; default: .15' }),
  hostname: domainName.optional().meta({ description: 'the name that DHCP gives the guest' }),
  domain: domainName.optional().meta({ description: 'the domain that DHCP gives' }),
  searchDomains: z.array(domainName).max(32).default([]),
  restrict: z
    .boolean()
    .default(false)
    .meta({ description: 'the guest reaches nothing outside, and is reached through forwards only' }),
  tftp: hostPath.optional().meta({ description: 'a folder that the guest can read by TFTP' }),
  tftpServerName: domainName.optional().meta({ description: 'the name of that server (DHCP option 66)' }),
  bootFile: text.optional().meta({ description: 'what a guest that boots from the network is to load' }),
});

const bridge = z.strictObject({
  type: z
    .literal('bridge')
    .meta({ description: 'a port of a bridge of the host; `vm up` makes the tap and takes it away' }),
  ...cardKeys,
  bridge: interfaceName.meta({ description: 'the name of the bridge, such as br0' }),
  device: newDevice,
  isolated: z.boolean().default(false).meta({ description: 'reaches no other isolated port of the bridge' }),
  helper: z
    .union([z.literal('auto'), z.boolean()])
    .default('auto')
    .meta({
      description:
        "QEMU's setuid qemu-bridge-helper makes the tap, which goes without qemu.sandbox; auto: for a user who may make none, where it is there",
    }),
  ...tapKeys,
});

const tap = z.strictObject({
  type: z
    .literal('tap')
    .meta({ description: 'a tap that is there already and is left as it is, or a new one' }),
  ...cardKeys,
  device: interfaceName.meta({ description: 'the name of the tap, such as tap0' }),
  make: z
    .boolean()
    .default(false)
    .meta({ description: '`vm up` makes it, up and in no bridge, and `vm down` takes it away' }),
  ...tapKeys,
});

const macvtap = z.strictObject({
  type: z.literal('macvtap').meta({
    description: 'beside the host on one of its interfaces, without a bridge; needs root',
  }),
  ...cardKeys,
  interface: interfaceName.meta({ description: 'the interface of the host, such as eth0' }),
  mode: z.enum(['bridge', 'vepa', 'private', 'passthrough']).default('bridge').meta({
    description:
      'bridge: guests of this interface reach each other; vepa: through the switch; private: not at all; passthrough: this guest alone has the interface',
  }),
  device: newDevice,
  ...tapKeys,
});

const vhostUser = z.strictObject({
  type: z.literal('vhost-user').meta({
    description:
      'another process moves the packets, as DPDK and Open vSwitch do; it maps the memory of the guest',
  }),
  ...cardKeys,
  socket: hostPath.meta({ description: 'the unix socket between the two' }),
  server: z
    .boolean()
    .default(false)
    .meta({ description: 'QEMU listens, and starts once the other has connected; false: it connects' }),
  reconnect,
  queues: backendQueues,
});

const vhostVdpa = z.strictObject({
  type: z.literal('vhost-vdpa').meta({ description: 'a card of the host that speaks virtio itself' }),
  ...cardKeys,
  device: text
    .regex(/^\//, 'is no absolute path: write it as /dev/vhost-vdpa-0')
    .meta({ description: 'such as /dev/vhost-vdpa-0' }),
  queues: backendQueues,
});

const passt = z.strictObject({
  type: z.literal('passt').meta({
    description: 'user mode by passt(1): faster than user, and the guest has the addresses of the host',
  }),
  ...cardKeys,
  forwards: z.array(passtForward).max(256).default([]).meta({
    description:
      '"2222:22" as for user, or {protocol, address, interface, ports: ["8000-8010:9000", "~8005"]} (no ports: every one)',
  }),
  interface: interfaceName
    .optional()
    .meta({ description: 'whose addresses and routes the guest gets; default: that of the default route' }),
  address: z
    .array(address)
    .max(2, 'is too long: one of IPv4, one of IPv6')
    .default([])
    .meta({ description: "of the guest, at most one of IPv4 and one of IPv6; default: the host's" }),
  prefix: z
    .int()
    .min(0, 'must be at least 0')
    .max(32, 'must be at most 32')
    .optional()
    .meta({ description: 'bits of the IPv4 network; default: that of the host' }),
  gateway: z.array(address).max(2, 'is too long: one of IPv4, one of IPv6').default([]),
  dns: z.array(address).max(16).default([]).meta({ description: "default: the host's /etc/resolv.conf" }),
  searchDomains: z.array(domainName).max(32).default([]),
  ipv4: ipv(4),
  ipv6: ipv(6),
});

const socket = z.strictObject({
  type: z.literal('socket').meta({ description: 'a link between guests, without a network of the host' }),
  ...cardKeys,
  mode: z.enum(['server', 'client', 'datagram', 'multicast']).meta({
    description:
      'server and client: the ends of one connection; datagram: a pair of ends; multicast: as many guests as like to',
  }),
  path: hostPath.optional().meta({ description: 'the unix socket; in mode datagram our own' }),
  address: hostPort.optional().meta({
    description:
      'instead of path: of TCP the port to listen on or connect to, of datagram our own, or the multicast group',
  }),
  peer: hostPort.optional().meta({ description: 'in mode datagram with address: the other end' }),
  peerPath: hostPath.optional().meta({ description: 'in mode datagram with path: the other end' }),
  local: address4.optional().meta({ description: 'in mode multicast the address of the interface to use' }),
  reconnect,
});

const none = z.strictObject({
  type: z.literal('none').meta({ description: 'a card with no cable in it' }),
  ...cardKeys,
});

const networkSection = z.discriminatedUnion('type', [
  user,
  bridge,
  tap,
  macvtap,
  vhostUser,
  vhostVdpa,
  passt,
  socket,
  none,
]);

export const networksSection = z
  .array(networkSection)
  .max(64, 'is too long: at most 64 networks')
  .default([]);

export type NetworkSpec = z.output<typeof networkSection>;
export type NetworkOf<Type extends NetworkSpec['type']> = Extract<NetworkSpec, { type: Type }>;
export const networkId = ({ id }: NetworkSpec, index: number): string => id ?? `net${index}`;
