/** What the guest sees of an `<interface>`. Pure. libvirt's docs: formatdomain, "Network interfaces". */
import { formatBytes } from '../../units.js';
import type { SpecDocument } from '../draft.js';
import type { XmlNode } from '../node.js';
import { deviceIdOf } from './addresses.js';

type Network = NonNullable<SpecDocument['networks']>[number];
type Model = NonNullable<Network['model']>;
/** The keys of a card that every type of network has, and those of virtio. */
type Card = Partial<Extract<Network, { type: 'tap' }>>;

const virtioModels: readonly string[] = ['virtio', 'virtio-transitional', 'virtio-non-transitional'];

/** libvirt's default card of a PC is an rtl8139. */
export function card(node: XmlNode): Omit<Card, 'type' | 'device'> {
  const named = node.child('model')?.attribute('type') ?? defaultModel(node);
  const model = named as Model;
  const driver = node.child('driver');
  driver?.ignore('@name');
  const rom = node.child('rom');
  const bar = rom?.onOff('bar');
  const mtu = node.child('mtu')?.integer('size', 1);
  return {
    id: networkId(node),
    model: model === 'virtio' ? undefined : model,
    mac: node.child('mac')?.attribute('address'),
    link: node.child('link')?.oneOf('state', ['up', 'down']) === 'down' ? 'down' : undefined,
    mtu,
    boot: node.child('boot')?.integer('order', 1),
    rom: rom?.yesNo('enabled') === false ? false : rom?.attribute('file'),
    romBar: bar,
    acpiIndex: node.child('acpi')?.integer('index', 1),
    failover: node.child('teaming')?.attribute('type') === 'persistent' ? true : undefined,
    ...(virtioModels.includes(named) ? virtio(node, driver) : ignored(driver)),
  };
}

/** That of libvirt: the card of a PC, but where only virtio will do. */
function defaultModel(node: XmlNode): string {
  return ['vdpa', 'vhostuser'].includes(node.attribute('type') ?? '') ? 'virtio' : 'rtl8139';
}

const networkId = (node: XmlNode): string | undefined => deviceIdOf(node);

/** Other cards have none of it, and libvirt says nothing of that. */
function ignored(driver: XmlNode | undefined): object {
  driver?.ignoreAll();
  return {};
}

function virtio(node: XmlNode, driver: XmlNode | undefined): Omit<Card, 'type' | 'device'> {
  const mode = driver?.oneOf('txmode', ['iothread', 'timer']);
  const queue = (name: string) => queueSize(driver?.integer(name, 1));
  const host = driver?.child('host');
  const guest = driver?.child('guest');
  const rss = driver?.onOff('rss');
  const hashReport = driver?.onOff('rss_hash_report');
  const sendBuffer = node.at('tune', 'sndbuf')?.integerText();
  return {
    rxQueueSize: queue('rx_queue_size'),
    txQueueSize: queue('tx_queue_size'),
    txMode: mode === 'iothread' ? 'bh' : mode,
    ioEventFd: driver?.onOff('ioeventfd'),
    eventIndex: driver?.onOff('event_idx'),
    rss,
    hashReport,
    packed: driver?.onOff('packed'),
    pagePerQueue: driver?.onOff('page_per_vq'),
    iommuPlatform: driver?.onOff('iommu'),
    ats: driver?.onOff('ats'),
    offloads:
      host || guest
        ? {
            host: host && {
              csum: host.onOff('csum'),
              gso: host.onOff('gso'),
              tso4: host.onOff('tso4'),
              tso6: host.onOff('tso6'),
              ecn: host.onOff('ecn'),
              ufo: host.onOff('ufo'),
              mergeBuffers: host.onOff('mrg_rxbuf'),
            },
            guest: guest && {
              csum: guest.onOff('csum'),
              tso4: guest.onOff('tso4'),
              tso6: guest.onOff('tso6'),
              ecn: guest.onOff('ecn'),
              ufo: guest.onOff('ufo'),
            },
          }
        : undefined,
    ...(sendBuffer === undefined ? {} : { sendBuffer: formatBytes(sendBuffer) }),
  };
}

const queueSize = (size: number | undefined): 256 | 512 | 1024 | undefined =>
  ([256, 512, 1024] as const).find((known) => known === size);
