/** Taps: in a bridge, by themselves, or on an interface of the host. Pure. Linux: Documentation/networking/tuntap. */
import { createHash } from 'node:crypto';
import { reportNoRight, takesHelper } from './bridge-helper.js';
import type { DeviceContext } from './context.js';
import type { NetworkBackend } from './network-backend.js';
import { isVirtioModel } from './network-models.js';
import type { NetworkOf } from './network-section.js';

type TapSpec = NetworkOf<'bridge' | 'tap' | 'macvtap'>;

/** A network among the others. */
export interface NetworkPlace {
  readonly origin: string;
  readonly index: number;
  readonly id: string;
  readonly mac: string;
}

/** One queue pair a vCPU up to here: more rarely carry more. */
const mostQueues = 8;

export function planBridge(
  network: NetworkOf<'bridge'>,
  place: NetworkPlace,
  context: DeviceContext,
): NetworkBackend {
  reportInterface(network.bridge, `${place.origin}.bridge`, 'bridge', context);
  if (takesHelper(network, place.origin, context)) return { type: 'bridgeHelper', bridge: network.bridge };
  const vhost = planVhost(network, place.origin, context);
  const sendBuffer = network.sendBuffer ?? null;
  const queues = network.queues === 'auto' ? queuesFor(vhost, context) : network.queues;
  const device = network.device ?? tapName(place, context);
  const make = {
    device,
    bridge: network.bridge,
    multiQueue: queues > 1,
    mtu: network.mtu ?? null,
    isolated: network.isolated,
  };
  return { type: 'tap', device, queues, vhost, sendBuffer, make };
}

export function planTap(
  network: NetworkOf<'tap'>,
  place: NetworkPlace,
  context: DeviceContext,
): NetworkBackend {
  const { device } = network;
  const vhost = planVhost(network, place.origin, context);
  const sendBuffer = network.sendBuffer ?? null;
  const wanted = queuesFor(vhost, context);
  if (!network.make) {
    const queues = planTapQueues(network, wanted, place.origin, context);
    return { type: 'tap', device, queues, vhost, sendBuffer, make: null };
  }
  if (context.host.networkAdmin === false) reportNoRight(place.origin, '', context);
  const queues = network.queues === 'auto' ? wanted : network.queues;
  const make = { device, bridge: null, multiQueue: queues > 1, mtu: network.mtu ?? null, isolated: false };
  return { type: 'tap', device, queues, vhost, sendBuffer, make };
}

/** @param descriptor gives the next number that QEMU inherits. */
export function planMacvtap(
  network: NetworkOf<'macvtap'>,
  place: NetworkPlace,
  context: DeviceContext,
  descriptor: () => number,
): NetworkBackend {
  reportInterface(network.interface, `${place.origin}.interface`, 'interface', context);
  if (context.host.networkAdmin === false) reportNoRight(place.origin, '', context);
  const vhost = planVhost(network, place.origin, context);
  const queues = network.queues === 'auto' ? queuesFor(vhost, context) : network.queues;
  return {
    type: 'macvtap',
    queues,
    vhost,
    sendBuffer: network.sendBuffer ?? null,
    make: {
      device: network.device ?? tapName(place, context),
      interface: network.interface,
      mode: network.mode,
      mac: place.mac,
      mtu: network.mtu ?? null,
      descriptors: Array.from({ length: queues }, descriptor),
    },
  };
}

function queuesFor(vhost: boolean, { vcpus }: DeviceContext): number {
  return vhost ? Math.min(vcpus, mostQueues) : 1;
}

/** The kernel opens a tap only in the way in which it was made: with one queue, or with several (IFF_MULTI_QUEUE). */
function planTapQueues(
  { device, queues }: NetworkOf<'tap'>,
  wanted: number,
  origin: string,
  context: DeviceContext,
): number {
  const { interfaces } = context.host;
  const found = interfaces?.find(({ name }) => name === device);
  if (found?.tap === 'oneQueue' && queues === 'auto') return 1;
  const count = queues !== 'auto' ? queues : found?.tap === 'multiQueue' ? Math.max(2, wanted) : wanted;
  if (interfaces === null) return count;
  const mode = count > 1 ? 'tap multi_queue' : 'tap';
  const missing = (message: string, hint: string) =>
    context.find({ severity: 'missing', code: 'host.tap', key: `${origin}.device`, message, hint });
  const make = `ip tuntap add ${device} mode ${mode}`;
  if (found === undefined)
    missing(`there is no tap ${device} on this host`, `Make it (${make}), or say make: true.`);
  else if (found.tap === null)
    missing(`${device} is an interface of this host, but no tap`, 'Name one that is a tap.');
  else if ((found.tap === 'multiQueue') !== count > 1) {
    missing(
      `${device} was made for ${found.tap === 'multiQueue' ? 'several queues' : 'one queue'}, and this network has ${count}`,
      `Make it anew (${make}), or say queues: auto.`,
    );
  }
  return count;
}

/** Fits IFNAMSIZ whatever the VM is called. Its folder is its own, which its name is not: other folders can have a VM of the same. */
function tapName({ index }: NetworkPlace, { paths }: DeviceContext): string {
  const hash = createHash('sha256').update(paths.folder).digest('hex').slice(0, 8);
  return `vm${hash}n${index}`;
}

function planVhost({ vhost: wanted, model }: TapSpec, origin: string, context: DeviceContext): boolean {
  const here = context.host.vhostNet;
  if (wanted === true && here === false) {
    context.find({
      severity: 'missing',
      code: 'host.vhost-net',
      key: `${origin}.vhost`,
      message: '/dev/vhost-net is not here: packets cannot be moved by the kernel',
      hint: 'Load the module (modprobe vhost_net), or say vhost: auto.',
    });
  }
  if (wanted !== 'auto') return wanted;
  const vhost = here === true && isVirtioModel(model);
  context.decide({
    key: `${origin}.vhost`,
    value: vhost ? 'on' : 'off',
    reason: vhost
      ? '/dev/vhost-net is here: the kernel moves packets, not QEMU'
      : isVirtioModel(model)
        ? '/dev/vhost-net is not here'
        : `only a virtio card can have it, not an ${model}`,
  });
  return vhost;
}

function reportInterface(
  name: string,
  key: string,
  wanted: 'bridge' | 'interface',
  { host: { interfaces }, find }: DeviceContext,
): void {
  const found = interfaces?.find((candidate) => candidate.name === name);
  if (interfaces === null || (found && (wanted === 'interface' || found.bridge))) return;
  const make =
    wanted === 'bridge'
      ? `Make it (vm network up ${name}, or by hand: ip link add ${name} type bridge), or n`
      : 'N';
  find({
    severity: 'missing',
    code: wanted === 'bridge' ? 'host.bridge' : 'host.interface',
    key,
    message: found
      ? `${name} is an interface of this host, but no bridge`
      : `there is no ${wanted} ${name} on this host`,
    hint: `${make}ame one that is there.`,
  });
}
