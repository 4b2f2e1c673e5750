/** Networks: user mode, a bridge, a tap that is there. Pure. QEMU's docs: qemu-options, -netdev. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { QemuOption } from '../command/option.js';
import { json } from '../command/quote.js';
import type { TapPlan } from '../plan/tap.js';
import { deviceId, interfaceName, macAddress } from '../spec/scalars.js';
import { type DeviceContext, type PciSlot, type VirtioProperties, virtioDriver } from './context.js';
import { forwardText, type PortForward, portForward } from './port-forward.js';

const common = {
  id: deviceId.optional().meta({ description: 'default: net0, net1, …' }),
  model: z
    .enum(['virtio', 'e1000e', 'e1000'])
    .default('virtio')
    .meta({ description: 'what the guest sees; virtio is the fast one' }),
  mac: macAddress
    .optional()
    .meta({ description: "default: made from the VM's name and the index, so that it stays" }),
};
const tapCommon = {
  queues: z
    .union([z.literal('auto'), z.int().min(1, 'must be at least 1').max(256, 'must be at most 256')])
    .default('auto')
    .meta({ description: 'queue pairs; auto: one a vCPU, at most 8, with vhost, else 1' }),
  vhost: z
    .union([z.literal('auto'), z.boolean()])
    .default('auto')
    .meta({
      description:
        "packets are moved by the host's kernel (vhost-net) and not by QEMU; auto: where it is there",
    }),
};

const networkSection = z.discriminatedUnion('type', [
  z.strictObject({
    type: z
      .literal('user')
      .meta({ description: "user mode: out through this process's own sockets, in through forwards" }),
    ...common,
    forwards: z.array(portForward).max(256).default([]).meta({
      description:
        'host port to guest port: "2222:22", "127.0.0.1:8080:80/tcp"; the host side is 127.0.0.1 unless said',
    }),
  }),
  z.strictObject({
    type: z
      .literal('bridge')
      .meta({ description: 'a port of a bridge of the host; `vm up` makes the tap and takes it away' }),
    ...common,
    ...tapCommon,
    bridge: interfaceName.meta({ description: 'the name of the bridge, such as br0' }),
  }),
  z.strictObject({
    type: z.literal('tap').meta({ description: 'a tap that is there already; it is left as it is' }),
    ...common,
    ...tapCommon,
    device: interfaceName.meta({ description: 'the name of the tap, such as tap0' }),
  }),
  z.strictObject({ type: z.literal('none').meta({ description: 'a card with no cable in it' }), ...common }),
]);

export const networksSection = z
  .array(networkSection)
  .max(64, 'is too long: at most 64 networks')
  .default([]);

type NetworkSpec = z.output<typeof networkSection>;

export interface NetworkPlan {
  readonly kind: 'network';
  readonly id: string;
  readonly origin: string;
  readonly model: 'virtio' | 'e1000e' | 'e1000';
  readonly mac: string;
  readonly backend:
    | { readonly type: 'user'; readonly forwards: readonly PortForward[] }
    | {
        readonly type: 'tap';
        readonly device: string;
        readonly queues: number;
        readonly vhost: boolean;
        readonly make: TapPlan | null;
      }
    | { readonly type: 'none' };
  readonly bootIndex: number | null;
  readonly pci: PciSlot;
  readonly virtio: VirtioProperties;
}

export function planNetworks(networks: readonly NetworkSpec[], context: DeviceContext): NetworkPlan[] {
  return networks.map((network, index): NetworkPlan => {
    const origin = `networks[${index}]`;
    const id = network.id ?? `net${index}`;
    return {
      kind: 'network',
      id,
      origin,
      model: network.model,
      mac: network.mac ?? stableMac(context.vmName, index),
      backend: planBackend(network, origin, index, context),
      bootIndex: context.bootIndex('net', id) ?? null,
      pci: context.pciSlot(id, 'network'),
      virtio: network.model === 'virtio' ? context.virtio : {},
    };
  });
}

/** 52:54:00 is the prefix that QEMU's guests use; the rest is a hash, so that a lease and a udev name survive. */
function stableMac(vmName: string, index: number): string {
  const hash = createHash('sha256').update(`${vmName}\0${index}`).digest();
  const tail = [...hash.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, '0'));
  return ['52', '54', '00', ...tail].join(':');
}

function planBackend(
  network: NetworkSpec,
  origin: string,
  index: number,
  context: DeviceContext,
): NetworkPlan['backend'] {
  if (network.type === 'none') return { type: 'none' };
  if (network.type === 'user') return { type: 'user', forwards: network.forwards };
  const vhost = planVhost(network, origin, context);
  const wanted = vhost ? Math.min(context.vcpus, 8) : 1;
  if (network.type === 'tap') {
    const queues = planTapQueues(network, wanted, origin, context);
    return { type: 'tap', device: network.device, queues, vhost, make: null };
  }
  reportBridge(network.bridge, `${origin}.bridge`, context);
  const queues = network.queues === 'auto' ? wanted : network.queues;
  const device = tapName(context.paths.folder, index);
  return {
    type: 'tap',
    device,
    queues,
    vhost,
    make: { device, bridge: network.bridge, multiQueue: queues > 1 },
  };
}

type TapSpec = Extract<NetworkSpec, { type: 'tap' | 'bridge' }>;

/** The kernel opens a tap only in the way in which it was made: with one queue, or with several (IFF_MULTI_QUEUE). */
function planTapQueues(
  { device, queues }: Extract<NetworkSpec, { type: 'tap' }>,
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
  if (found === undefined) missing(`there is no tap ${device} on this host`, `Make it (${make}).`);
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
function tapName(folder: string, index: number): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 8);
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
  const vhost = here === true && model === 'virtio';
  context.decide({
    key: `${origin}.vhost`,
    value: vhost ? 'on' : 'off',
    reason: vhost
      ? '/dev/vhost-net is here: the kernel moves packets, not QEMU'
      : model === 'virtio'
        ? '/dev/vhost-net is not here'
        : `only a virtio card can have it, not an ${model}`,
  });
  return vhost;
}

function reportBridge(name: string, key: string, context: DeviceContext): void {
  const { interfaces } = context.host;
  const found = interfaces?.find((candidate) => candidate.name === name);
  if (interfaces === null || found?.bridge) return;
  context.find({
    severity: 'missing',
    code: 'host.bridge',
    key,
    message: found
      ? `${name} is an interface of this host, but no bridge`
      : `there is no bridge ${name} on this host`,
    hint: `Make it (ip link add ${name} type bridge), or name one that is there.`,
  });
}

export function networkOptions(network: NetworkPlan): QemuOption[] {
  const { id, backend, origin } = network;
  const netdev = `${id}-netdev`;
  const queues = backend.type === 'tap' ? backend.queues : 1;
  const device = {
    driver: network.model === 'virtio' ? virtioDriver('net', network.pci) : network.model,
    id,
    ...(backend.type === 'none' ? {} : { netdev }),
    mac: network.mac,
    // One vector for each receive and transmit queue, one for configuration, one for control.
    ...(network.model === 'virtio' && queues > 1 ? { mq: true, vectors: 2 * queues + 2 } : {}),
    ...(network.bootIndex === null ? {} : { bootindex: network.bootIndex }),
    ...network.virtio,
    ...network.pci,
  };
  const card: QemuOption = {
    group: 'devices',
    flag: '-device',
    value: json(device),
    origin,
    why: `The guest's network card (${network.mac}).`,
  };
  return backend.type === 'none' ? [card] : [netdevOption(netdev, backend, origin), card];
}

type Cable = Exclude<NetworkPlan['backend'], { type: 'none' }>;

function netdevOption(id: string, backend: Cable, origin: string): QemuOption {
  if (backend.type === 'user') {
    const forwards = backend.forwards.map((forward) => ({ str: forwardText(forward) }));
    return {
      group: 'devices',
      flag: '-netdev',
      value: json({ type: 'user', id, ...(forwards.length > 0 ? { hostfwd: forwards } : {}) }),
      origin,
      why: 'User-mode network: needs no rights and no bridge; the guest reaches out, and in only through the forwards.',
    };
  }
  return {
    group: 'devices',
    flag: '-netdev',
    value: json({
      type: 'tap',
      id,
      ifname: backend.device,
      script: 'no',
      downscript: 'no',
      ...(backend.queues > 1 ? { queues: backend.queues } : {}),
      vhost: backend.vhost,
    }),
    origin,
    why: backend.make
      ? `A tap that \`vm up\` makes in bridge ${backend.make.bridge} and \`vm down\` takes away.`
      : 'A tap that is there already.',
  };
}
