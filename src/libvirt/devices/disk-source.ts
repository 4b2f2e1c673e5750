/** Where the bytes of a libvirt disk come from, as a source of the spec. Pure. libvirt's docs: formatdomain, "Hard drives, floppy disks, CDROMs". */
import type * as z from 'zod';
import type { namedSource } from '../../devices/block-sources.js';
import { formatBytes } from '../../units.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { pciAddress, reconnectDelay } from './addresses.js';
import { networkSource } from './disk-network.js';
import { type SourceInput, secretFile } from './disk-secrets.js';

/** What a `<source>` says, besides how QEMU reads it. */
export interface DiskSource {
  readonly source: SourceInput;
  readonly encryption?: { secretFile: string; format?: 'aes' | undefined } | undefined;
  readonly slice?: { offset: string; bytes: string } | undefined;
  /** `startupPolicy`: a medium that may be missing. */
  readonly optional: boolean;
  /** The socket of qemu-pr-helper. */
  readonly reservations?: string | undefined;
}

type Named = z.input<typeof namedSource>;

/** @param type the type of the disk, or of a backing store. @returns undefined: there is nothing in it. */
export function diskSource(type: string, disk: XmlNode, notes: Notes): DiskSource | undefined {
  const node = disk.child('source');
  if (node === undefined) return undefined;
  node.ignore('@index', 'privateData', 'seclabel', '@managed');
  const source = sourceOf(type, node, disk, notes);
  if (source === undefined) return undefined;
  const policy = node.oneOf('startupPolicy', ['mandatory', 'requisite', 'optional']);
  const reservations = reservationsOf(node, notes);
  const encryption = encryptionOf(node.child('encryption') ?? disk.child('encryption'), source, notes);
  const slice = sliceOf(node);
  dataStore(node, notes);
  return {
    source: encryption.source,
    encryption: encryption.encryption,
    slice,
    reservations,
    optional: policy === 'optional' || policy === 'requisite',
  };
}

function sourceOf(type: string, node: XmlNode, disk: XmlNode, notes: Notes): SourceInput | undefined {
  switch (type) {
    case 'file':
      return fileSource(node, notes);
    case 'block': {
      const path = node.attribute('dev');
      return path === undefined ? undefined : { type: 'block', path };
    }
    case 'dir': {
      const path = node.attribute('dir');
      return path === undefined ? undefined : { type: 'folder', path };
    }
    case 'nvme': {
      node.attribute('type');
      const pci = pciAddress(node.child('address'));
      const namespace = node.integer('namespace', 1);
      if (pci === undefined) return undefined;
      return { type: 'nvme', pci, namespace: namespace === 1 ? undefined : namespace };
    }
    case 'vhostuser':
      return vhostUser(node);
    case 'vhostvdpa': {
      const path = node.attribute('dev');
      return path === undefined ? undefined : { type: 'vhost-vdpa', path };
    }
    case 'volume':
      return volume(node, notes);
    case 'network':
      return networkSource(node, disk, notes);
    default:
      notes.dropped(node, `vm has no disks of type ${type}`);
      return undefined;
  }
}

function fileSource(node: XmlNode, notes: Notes): string | undefined {
  const group = node.attribute('fdgroup');
  if (group !== undefined) {
    notes.changed(node, `the file is opened by its path, and not taken from the descriptors ${group}`);
  }
  return node.attribute('file');
}

function vhostUser(node: XmlNode): Named | undefined {
  node.attribute('type');
  node.attribute('mode');
  const socket = node.attribute('path');
  const reconnect = reconnectDelay(node);
  if (socket === undefined) return undefined;
  return { type: 'vhost-user', socket, reconnect };
}

function volume(node: XmlNode, notes: Notes): string | undefined {
  const pool = node.attribute('pool');
  const name = node.attribute('volume');
  node.attribute('mode');
  if (pool === undefined || name === undefined) return undefined;
  const path = `${pool}/${name}`;
  notes.approximated(
    node,
    `the spec has no storage pools: put in place of ${path} the path that \`virsh vol-path --pool ${pool} ${name}\` prints`,
  );
  return path;
}

function sliceOf(node: XmlNode): DiskSource['slice'] {
  const slice = node.at('slices', 'slice');
  slice?.attribute('type');
  const offset = slice?.integer('offset');
  const size = slice?.integer('size', 1);
  if (offset === undefined || size === undefined) return undefined;
  return { offset: formatBytes(offset), bytes: formatBytes(size) };
}

function reservationsOf(node: XmlNode, notes: Notes): string | undefined {
  const reservations = node.child('reservations');
  if (reservations === undefined) return undefined;
  reservations.yesNo('enabled');
  const managed = reservations.yesNo('managed') ?? false;
  const socket = reservations.child('source');
  socket?.ignore('@type', '@mode');
  const path = socket?.attribute('path');
  if (!managed && path !== undefined) return path;
  const helper = path ?? '/run/qemu-pr-helper.sock';
  notes.approximated(
    reservations,
    `libvirt starts qemu-pr-helper itself; here it must listen on ${helper}, which its systemd unit does`,
  );
  return helper;
}

/** A qcow2 image names its data file itself, and `vm` goes by what stands there. */
function dataStore(node: XmlNode, notes: Notes): void {
  const store = node.child('dataStore');
  if (store === undefined) return;
  store.ignoreAll();
  notes.changed(store, 'vm takes the data file that the header of the qcow2 image names');
}

interface Encrypted {
  readonly source: SourceInput;
  readonly encryption?: NonNullable<DiskSource['encryption']>;
}

function encryptionOf(node: XmlNode | undefined, source: SourceInput, notes: Notes): Encrypted {
  if (node === undefined) return { source };
  const format = node.attribute('format') ?? 'default';
  const engine = node.attribute('engine');
  const [secret, ...more] = node.children('secret');
  if (more.length > 0)
    notes.dropped(more[0] ?? node, 'an image of the chain has one passphrase: the others are left out');
  secret?.attribute('type');
  if (secret === undefined) return { source };
  const file = secretFile(secret, 'the passphrase of the image', notes);
  if (engine === 'librbd') {
    if (typeof source === 'string' || source.type !== 'rbd') return { source };
    if (format !== 'luks2') notes.approximated(node, `librbd is told that the image is luks2, not ${format}`);
    return { source: { ...source, encryptionKeyFile: file } };
  }
  return { source, encryption: { secretFile: file, format: format.startsWith('luks') ? undefined : 'aes' } };
}
