/** The card of a network, in QEMU's words. Pure. QEMU's hw/net. */
import type { DeviceContext } from './context.js';
import { isVirtioModel } from './network-models.js';
import type { NetworkSpec } from './network-section.js';

export type CardProperties = Readonly<Record<string, string | number | boolean>>;

interface CardPlace {
  readonly origin: string;
  readonly queues: number;
  /** Virtio without PCI has no interrupt vectors to count. */
  readonly onPci: boolean;
}

export function planCard(network: NetworkSpec, place: CardPlace, context: DeviceContext): CardProperties {
  return {
    ...anyProperties(network),
    ...(isVirtioModel(network.model) ? virtioProperties(network, place, context) : {}),
  };
}

function anyProperties({ rom, romBar, acpiIndex }: NetworkSpec): CardProperties {
  return {
    ...(rom === undefined ? {} : { romfile: rom === false ? '' : rom }),
    ...(romBar === undefined ? {} : { rombar: romBar ? 1 : 0 }),
    ...(acpiIndex === undefined ? {} : { 'acpi-index': acpiIndex }),
  };
}

function virtioProperties(network: NetworkSpec, place: CardPlace, context: DeviceContext): CardProperties {
  reportRing(network, place.origin, context);
  return {
    ...queueProperties(place),
    ...given({
      host_mtu: network.mtu,
      rx_queue_size: network.rxQueueSize,
      tx_queue_size: network.txQueueSize,
      tx: network.txMode,
      ioeventfd: network.ioEventFd,
      event_idx: network.eventIndex,
      rss: network.rss,
      hash: network.hashReport,
      packed: network.packed,
      'page-per-vq': network.pagePerQueue,
      failover: network.failover,
      ...offloadProperties(network.offloads),
    }),
    ...iommuProperties(network, context),
  };
}

/** One vector for each receive and transmit queue, one for configuration, one for control. */
function queueProperties({ queues, onPci }: CardPlace): CardProperties {
  if (queues === 1) return {};
  return { mq: true, ...(onPci ? { vectors: 2 * queues + 2 } : {}) };
}

/** Names of offloads where they are not those of the spec after `host_` and `guest_`. */
const hostNames: Readonly<Record<string, string>> = { csum: 'csum', gso: 'gso', mergeBuffers: 'mrg_rxbuf' };

function offloadProperties({ host = {}, guest = {} }: NonNullable<NetworkSpec['offloads']> = {}) {
  const named = (offloads: object, nameOf: (key: string) => string) =>
    Object.entries(offloads).map(
      ([key, value]: [string, boolean | undefined]) => [nameOf(key), value] as const,
    );
  return Object.fromEntries([
    ...named(host, (key) => hostNames[key] ?? `host_${key}`),
    ...named(guest, (key) => `guest_${key}`),
  ]);
}

/** The models that say which virtio they are have no switches for it. */
function iommuProperties(
  { model, iommuPlatform, ats }: NetworkSpec,
  { virtio }: DeviceContext,
): CardProperties {
  const { 'disable-legacy': legacy, 'disable-modern': modern, ...rest } = virtio;
  const generation = model === 'virtio' ? given({ 'disable-legacy': legacy, 'disable-modern': modern }) : {};
  return { ...rest, ...given({ iommu_platform: iommuPlatform, ats }), ...generation };
}

/** QEMU takes less without a word where the backend is in itself (hw/net/virtio-net.c). */
function reportRing({ type, txQueueSize = 0 }: NetworkSpec, origin: string, { find }: DeviceContext): void {
  if (txQueueSize <= 256 || type === 'vhost-user' || type === 'vhost-vdpa') return;
  find({
    severity: 'warning',
    code: 'spec.ring',
    key: `${origin}.txQueueSize`,
    message: `${txQueueSize} is for vhost-user and vhost-vdpa: QEMU takes 256 here`,
    hint: 'Remove it, or say 256.',
  });
}

function given(members: Readonly<Record<string, CardProperties[string] | undefined>>): CardProperties {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
