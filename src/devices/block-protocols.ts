/** A source in QEMU's words: the members of its block driver, and the objects that they name. Pure. QEMU's docs: qapi/block-core, BlockdevOptions. */
import type { JsonValue } from '../command/quote.js';
import { iscsi, type Members, nbd, type Protocol, rbd, web } from './block-servers.js';
import type { NamedSource } from './block-sources.js';

interface Access {
  /** What the ids of objects begin with. */
  readonly id: string;
  readonly readOnly: boolean;
  /** Whether the guest sees a CD. */
  readonly cdrom: boolean;
  readonly floppy: boolean;
  readonly aio: string;
  /** The id of the manager of persistent reservations. */
  readonly reservations: string | null;
}

/** @throws Error for a source that is no block driver (vhost-user is a device): callers sort those out. */
export function protocolOf(source: NamedSource, access: Access): Protocol {
  switch (source.type) {
    case 'file':
    case 'block':
      return plain({
        driver:
          source.type === 'file'
            ? 'file'
            : access.cdrom && isDrive(source.path)
              ? 'host_cdrom'
              : 'host_device',
        filename: source.path,
        aio: access.aio,
        ...(source.type === 'file' ? { locking: source.locking } : {}),
        'pr-manager': access.reservations ?? undefined,
      });
    case 'folder':
      return plain({
        driver: 'vvfat',
        dir: source.path,
        label: source.label,
        'fat-type': source.fat,
        floppy: access.floppy,
        rw: !access.readOnly,
      });
    case 'nbd':
      return nbd(source, access.id);
    case 'rbd':
      return rbd(source, access.id);
    case 'iscsi':
      return iscsi(source, access.id);
    case 'web':
      return web(source, access.id);
    case 'nvme':
      return plain({ driver: 'nvme', device: source.pci, namespace: source.namespace });
    case 'ssh':
      return plain({
        driver: 'ssh',
        server: { host: source.host, port: String(source.port) },
        path: source.file,
        user: source.user,
        'host-key-check': hostKeyCheck(source.hostKey),
      });
    case 'gluster':
      return plain({
        driver: 'gluster',
        volume: source.volume,
        path: source.file.replace(/^\/+/, ''),
        server: source.servers.map(({ host, port = 24007 }) => ({ type: 'inet', host, port: String(port) })),
        logfile: source.logFile,
      });
    case 'nfs':
      return plain({
        driver: 'nfs',
        server: { type: 'inet', host: source.host },
        path: source.file,
        user: source.user,
        group: source.group,
      });
    case 'vhost-vdpa':
      return plain({ driver: 'virtio-blk-vhost-vdpa', path: source.path });
    case 'null':
      return plain({
        driver: 'null-co',
        size: source.bytes,
        'read-zeroes': source.zeroes,
        'latency-ns': source.latency === undefined ? undefined : Math.round(source.latency * 1e9),
      });
    case 'vhost-user':
      throw new Error('vhost-user is no block driver');
  }
}

/** A CD drive of the host, whose medium may be changed. */
const isDrive = (path: string) => /^\/dev\/(?:sr\d|cdrom|dvd)/.test(path);

const plain = (node: Members): Protocol => ({ objects: [], node });

function hostKeyCheck(hostKey: string): JsonValue {
  if (hostKey === 'unchecked') return { mode: 'none' };
  const separator = hostKey.indexOf(':');
  if (separator === -1) return { mode: 'known_hosts' };
  return { mode: 'hash', type: hostKey.slice(0, separator), hash: hostKey.slice(separator + 1) };
}
