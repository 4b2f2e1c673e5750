/** Networks over a socket: vhost-user, vhost-vdpa, links between guests. Pure. QEMU's docs: qemu-options, -netdev vhost-user, stream, dgram, socket. */
import type { DeviceContext } from './context.js';
import type { NetdevProperties, NetworkBackend } from './network-backend.js';
import type { NetworkOf } from './network-section.js';
import type { NetworkPlace } from './network-taps.js';
import { reportOldQemu } from './network-user.js';

export function planVhostUser(
  network: NetworkOf<'vhost-user'>,
  { origin }: NetworkPlace,
  context: DeviceContext,
): NetworkBackend {
  const { socket, server, queues, reconnect } = network;
  reportSocket(socket, `${origin}.socket`, context);
  if (server) {
    context.decide({
      key: `${origin}.server`,
      value: 'on',
      reason: 'QEMU starts once the other process has connected to the socket',
    });
  } else if (reconnect === undefined) {
    reportNoServer(socket, `${origin}.socket`, 'Start the process that serves it first.', context);
  }
  const inMilliseconds = context.qemu.has('reconnectMs');
  return {
    type: 'vhost-user',
    socket,
    server,
    reconnect: reconnect === undefined || server ? {} : reconnectMember(reconnect, inMilliseconds),
    queues: backendQueues(queues, origin, context),
  };
}

export function planVhostVdpa(
  { device, queues }: NetworkOf<'vhost-vdpa'>,
  { origin }: NetworkPlace,
  context: DeviceContext,
): NetworkBackend {
  const facts = context.files.get(device);
  if (facts !== undefined && (facts.kind === 'missing' || !facts.writable)) {
    context.find({
      severity: 'missing',
      code: 'host.file',
      key: `${origin}.device`,
      message: `${device} ${facts.kind === 'missing' ? 'does not exist' : "can't be used by this user"}`,
      hint: 'Load vhost_vdpa and bind the device to it (vdpa dev show tells what there is).',
    });
  }
  return { type: 'vhost-vdpa', device, queues: backendQueues(queues, origin, context) };
}

/** Only the other side knows how many it has, and QEMU refuses more. */
function backendQueues(queues: number | 'auto', origin: string, { decide }: DeviceContext): number {
  if (queues !== 'auto') return queues;
  decide({
    key: `${origin}.queues`,
    value: '1',
    reason: 'what is behind it is not asked: it may have no more',
  });
  return 1;
}

/** Seconds, as whole ones until QEMU 9.2. */
function reconnectMember(seconds: number, inMilliseconds: boolean): Record<string, number> {
  return inMilliseconds
    ? { 'reconnect-ms': Math.round(seconds * 1000) }
    : { reconnect: Math.max(1, Math.round(seconds)) };
}

export function planLink(
  network: NetworkOf<'socket'>,
  { origin }: NetworkPlace,
  context: DeviceContext,
): NetworkBackend {
  const { mode, path, address = '' } = network;
  if (path !== undefined) return planUnixLink(network, path, origin, context);
  const link = (what: string, properties: NetdevProperties): NetworkBackend => ({
    type: 'socket',
    driver: 'socket',
    what,
    properties,
  });
  switch (mode) {
    case 'server':
      return link(`listens on ${address}`, { listen: address });
    case 'client':
      return link(`connects to ${address}`, { connect: address });
    case 'multicast':
      return link(`multicast group ${address}`, {
        mcast: address,
        ...(network.local === undefined ? {} : { localaddr: network.local }),
      });
    case 'datagram':
      return link(`UDP from ${address} to ${network.peer}`, { udp: network.peer ?? '', localaddr: address });
  }
}

function planUnixLink(
  network: NetworkOf<'socket'>,
  path: string,
  origin: string,
  context: DeviceContext,
): NetworkBackend {
  const { mode, peerPath = '' } = network;
  if (!context.qemu.has('netdevStream')) reportOldQemu(`${origin}.path`, '7.2', context);
  reportSocket(path, `${origin}.path`, context);
  if (mode === 'datagram') {
    reportSocket(peerPath, `${origin}.peerPath`, context);
    return {
      type: 'socket',
      driver: 'dgram',
      what: `datagrams from ${path} to ${peerPath}`,
      properties: { local: { type: 'unix', path }, remote: { type: 'unix', path: peerPath } },
    };
  }
  const server = mode === 'server';
  return {
    type: 'socket',
    driver: 'stream',
    what: `${server ? 'listens on' : 'connects to'} ${path}`,
    properties: { server, addr: { type: 'unix', path }, ...linkReconnect(network, path, origin, context) },
  };
}

/** A client that finds nobody stays without a link for good, and QEMU says nothing: it is told here. */
function linkReconnect(
  { mode, reconnect }: NetworkOf<'socket'>,
  path: string,
  origin: string,
  context: DeviceContext,
): Record<string, number> {
  if (mode === 'server') return {};
  if (reconnect === undefined) {
    reportNoServer(
      path,
      `${origin}.path`,
      'Start the guest with mode: server first, or say reconnect.',
      context,
    );
    return {};
  }
  if (!context.qemu.has('netdevReconnect')) {
    reportOldQemu(`${origin}.reconnect`, '8.0', context);
    return {};
  }
  return reconnectMember(reconnect, context.qemu.has('netdevReconnectMs'));
}

/** sockaddr_un has 108 bytes, the final NUL included. */
const longestSocket = 107;

function reportSocket(socket: string, key: string, { find }: DeviceContext): void {
  if (Buffer.byteLength(socket) <= longestSocket) return;
  find({
    severity: 'missing',
    code: 'state.path-too-long',
    key,
    message: `the socket ${socket} has more than the ${longestSocket} bytes that a socket's path can have`,
    hint: 'Give it a shorter path.',
  });
}

function reportNoServer(socket: string, key: string, hint: string, { files, find }: DeviceContext): void {
  if (files.get(socket)?.kind !== 'missing') return;
  find({ severity: 'missing', code: 'host.socket', key, message: `nothing listens on ${socket} yet`, hint });
}
