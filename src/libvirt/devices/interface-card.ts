/** What the guest sees of an `<interface>`. Pure. libvirt's docs: formatdomain, "Network interfaces". */
import { formatBytes } from '../../units.js';
import type { SpecDocument } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { deviceIdOf } from './addresses.js';

type Network = NonNullable<SpecDocument['networks']>[number];
type Model = NonNullable<Network['model']>;
/** The keys of a card that every type of network has, and those of virtio. */
type Card = Partial<Extract<Network, { type: 'tap' }>>;

const virtioModels: readonly string[] = ['virtio', 'virtio-transitional', 'virtio-non-transitional'];

/** libvirt's default card of a PC is an rtl8139. */
export function card(node: XmlNode, notes: Notes): Omit<Card, 'type' | 'device'> {
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
    rom: romOf(rom),
    romBar: bar,
    acpiIndex: node.child('acpi')?.integer('index', 1),
    failover: node.child('teaming')?.attribute('type') === 'persistent' ? true : undefined,
    ...(virtioModels.includes(named) ? virtio(node, driver, notes) : ignored(driver)),
  };
}

/** An empty file is the old way to say that there is none. */
function romOf(rom: XmlNode | undefined): string | false | undefined {
  const file = rom?.attribute('file');
  return rom?.yesNo('enabled') === false || file === '' ? false : file;
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

function virtio(node: XmlNode, driver: XmlNode | undefined, notes: Notes): Omit<Card, 'type' | 'device'> {
  const mode = driver?.oneOf('txmode', ['iothread', 'timer']);
  const queue = (name: string) => queueSize(driver, name, notes);
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

function queueSize(driver: XmlNode | undefined, name: string, notes: Notes): 256 | 512 | 1024 | undefined {
  const size = driver?.integer(name, 1);
  const known = ([256, 512, 1024] as const).find((one) => one === size);
  if (driver !== undefined && size !== undefined && known === undefined)
    notes.dropped(driver, `${name} of ${size}: QEMU has queues of 256, 512 and 1024`);
  return known;
}
