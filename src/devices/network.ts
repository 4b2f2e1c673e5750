/** Networks: each a card, and where it leads. Pure. QEMU's docs: qemu-options, -netdev and -device. */
import { stableMac } from '../plan/mac.js';
import type { SideProcessPlan } from '../plan/side-process.js';
import type { MacvtapPlan, TapPlan } from '../plan/tap.js';
import { firstInherited } from '../plan/tap.js';
import type { DeviceContext, PciSlot } from './context.js';
import type { NetworkBackend } from './network-backend.js';
import { queuesOf } from './network-backend.js';
import { type CardProperties, planCard } from './network-card.js';
import { busOfModel, type NetworkModel } from './network-models.js';
import { type NetworkSpec, networkId } from './network-section.js';
import { planLink, planVhostUser, planVhostVdpa } from './network-sockets.js';
import { type NetworkPlace, planBridge, planMacvtap, planTap } from './network-taps.js';
import { passtSocket, planPasst, planUser } from './network-user.js';
import type { UsbPort } from './usb-bus.js';

export interface NetworkPlan {
  readonly kind: 'network';
  readonly id: string;
  readonly origin: string;
  readonly model: NetworkModel;
  readonly mac: string;
  readonly backend: NetworkBackend;
  /** The cable is pulled before the guest runs. */
  readonly linkDown: boolean;
  readonly bootIndex: number | null;
  /** In QEMU's words: what the spec says of the card. */
  readonly properties: CardProperties;
  readonly pci: PciSlot;
  readonly usb: UsbPort | null;
  readonly sideProcess: SideProcessPlan | null;
}

export function planNetworks(networks: readonly NetworkSpec[], context: DeviceContext): NetworkPlan[] {
  let next = firstInherited;
  const descriptor = () => next++;
  return networks.map((network, index): NetworkPlan => {
    const origin = `networks[${index}]`;
    const id = networkId(network, index);
    const mac = network.mac ?? stableMac(context.vmName, index);
    const place = { origin, index, id, mac };
    const backend = planBackend(network, place, context, descriptor);
    const bus = busOfModel(network.model);
    const pci = bus === 'pci' ? context.pciSlot(id, 'network') : {};
    return {
      kind: 'network',
      id,
      origin,
      model: network.model,
      mac,
      backend,
      linkDown: network.link === 'down',
      bootIndex: network.boot ?? context.bootIndex('net', id) ?? null,
      properties: planCard(
        network,
        { origin, queues: queuesOf(backend), onPci: pci.bus !== undefined },
        context,
      ),
      pci,
      sideProcess: network.type === 'passt' ? planPasst(network, place, context) : null,
      usb: bus === 'usb' ? context.usb.take(undefined, undefined) : null,
    };
  });
}

function planBackend(
  network: NetworkSpec,
  place: NetworkPlace,
  context: DeviceContext,
  descriptor: () => number,
): NetworkBackend {
  switch (network.type) {
    case 'user':
      return planUser(network);
    case 'bridge':
      return planBridge(network, place, context);
    case 'tap':
      return planTap(network, place, context);
    case 'macvtap':
      return planMacvtap(network, place, context, descriptor);
    case 'vhost-user':
      return planVhostUser(network, place, context);
    case 'vhost-vdpa':
      return planVhostVdpa(network, place, context);
    case 'passt':
      return { type: 'passt', socket: passtSocket(place.id, context) };
    case 'socket':
      return planLink(network, place, context);
    case 'none':
      return { type: 'none' };
  }
}

/** The interfaces that the launch makes for these devices. */
export function interfacesToMake(devices: readonly { readonly kind: string }[]): {
  readonly taps: readonly TapPlan[];
  readonly macvtaps: readonly MacvtapPlan[];
} {
  const backends = devices.filter(isNetwork).map(({ backend }) => backend);
  return {
    taps: backends.flatMap((backend) => (backend.type === 'tap' && backend.make ? [backend.make] : [])),
    macvtaps: backends.flatMap((backend) => (backend.type === 'macvtap' ? [backend.make] : [])),
  };
}

function isNetwork(device: { readonly kind: string }): device is NetworkPlan {
  return device.kind === 'network';
}
