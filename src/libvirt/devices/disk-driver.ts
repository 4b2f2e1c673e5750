/** `<driver>` of a disk: how it is read and written. Pure. libvirt's docs: formatdomain, "Hard drives, floppy disks, CDROMs". */
import { type ImageFormat, imageFormats } from '../../devices/disk-content.js';
import { formatBytes } from '../../units.js';
import type { SpecDocument } from '../draft.js';
import type { IoThreadNumbers } from '../io-threads.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';

type Disk = NonNullable<SpecDocument['disks']>[number];

export interface DiskDriver {
  readonly format: ImageFormat;
  readonly keys: Partial<Disk>;
}

const policies = ['stop', 'report', 'ignore', 'enospace'] as const;

export function diskDriver(disk: XmlNode, threads: IoThreadNumbers, notes: Notes): DiskDriver {
  const driver = disk.child('driver');
  if (driver === undefined) return { format: 'raw', keys: {} };
  const name = driver.attribute('name');
  if (name !== undefined && name !== 'qemu')
    notes.changed(driver, `QEMU reads the disk itself, and not ${name}`);
  const cache = driver.oneOf('cache', [
    'default',
    'none',
    'writethrough',
    'writeback',
    'directsync',
    'unsafe',
  ]);
  const copyOnRead = driver.onOff('copy_on_read');
  const metadataCache = driver.at('metadata_cache', 'max_size')?.sizeText('bytes');
  const mapped = ioThreadMap(driver, threads, notes);
  return {
    format: formatOf(driver, notes),
    keys: {
      cache: cache === 'default' ? undefined : cache,
      aio: driver.oneOf('io', ['threads', 'native', 'io_uring']),
      discard: driver.oneOf('discard', ['unmap', 'ignore']),
      discardNoUnref: driver.onOff('discard_no_unref'),
      detectZeroes: driver.oneOf('detect_zeroes', ['off', 'on', 'unmap']),
      copyOnRead: copyOnRead === true ? true : undefined,
      metadataCache: metadataCache === undefined ? undefined : formatBytes(metadataCache),
      errors: errors(driver),
      queues: driver.integer('queues', 1),
      queueSize: driver.integer('queue_size', 2),
      ioThread: ioThreadOf(driver, 'iothread', threads, notes),
      ioThreads: mapped,
      ioEventFd: driver.onOff('ioeventfd'),
      eventIndex: driver.onOff('event_idx'),
    },
  };
}

function formatOf(driver: XmlNode, notes: Notes): ImageFormat {
  const type = driver.attribute('type') ?? 'raw';
  if (type === 'fat') return 'raw';
  const known = imageFormats.find((format) => format === type);
  if (known === undefined && type !== 'aio')
    notes.approximated(driver, `QEMU has no format ${type} (any more): the image is read as raw`);
  return known ?? 'raw';
}

/** What goes for writes goes for reads too, if nothing else is said; `enospace` is of writes alone. */
function errors(driver: XmlNode): Disk['errors'] {
  const write = driver.oneOf('error_policy', policies);
  const read = driver.oneOf('rerror_policy', ['stop', 'report', 'ignore']);
  if (write === undefined && read === undefined) return undefined;
  return {
    write: write === 'enospace' ? 'enospc' : write,
    read: read ?? (write === 'enospace' ? undefined : write),
  };
}

/** The number of the thread that an attribute names, in the spec. */
export function ioThreadOf(
  node: XmlNode,
  attribute: string,
  threads: IoThreadNumbers,
  notes: Notes,
): number | undefined {
  const id = node.integer(attribute, 1);
  const number = threads.numberOf(id);
  if (id !== undefined && number === undefined) notes.dropped(node, `the domain has no I/O thread ${id}`);
  return number;
}

/** `<iothreads>` of a disk or a SCSI controller. */
export function ioThreadMap(driver: XmlNode, threads: IoThreadNumbers, notes: Notes): Disk['ioThreads'] {
  const map = driver.child('iothreads')?.children('iothread') ?? [];
  if (map.length === 0) return undefined;
  return map.flatMap((thread) => {
    const id = ioThreadOf(thread, 'id', threads, notes);
    const queues = thread.children('queue').flatMap((queue) => queue.integer('id') ?? []);
    return id === undefined ? [] : [{ id, queues: queues.length === 0 ? undefined : queues }];
  });
}
