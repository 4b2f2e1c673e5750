/** `<filesystem>`. Pure. libvirt's docs: formatdomain, "Filesystems". */
import type { SpecDocument, SpecDraft } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { deviceIdOf } from './addresses.js';
import { virtioKeys } from './virtio.js';

type Share = NonNullable<SpecDocument['shares']>[number];
type Plan9 = Extract<Share, { type: '9p' }>;
type Virtiofs = Exclude<Share, Plan9>;

export function convertFilesystems(devices: XmlNode, draft: SpecDraft, notes: Notes): void {
  for (const [index, node] of devices.children('filesystem').entries()) {
    const id = deviceIdOf(node) ?? `fs${index}`;
    node.ignore('address', 'alias');
    const type = node.attribute('type') ?? 'mount';
    const driver = node.child('driver')?.attribute('type') ?? 'path';
    const tag = node.child('target')?.attribute('dir');
    if (
      type !== 'mount' ||
      tag === undefined ||
      (driver !== 'path' && driver !== 'virtiofs' && driver !== 'handle')
    ) {
      notes.dropped(
        node,
        `a share of type ${driver === 'path' ? type : driver} is none of vm: shares are virtiofs or 9p`,
      );
      node.ignoreAll();
      continue;
    }
    draft.add('shares', driver === 'virtiofs' ? virtiofs(node, tag, id, notes) : plan9(node, tag, id), node);
    if (driver === 'handle') notes.changed(node, 'QEMU serves the folder by its path, and not by handles');
    for (const name of ['space_hard_limit', 'space_soft_limit'])
      if (node.child(name)) notes.dropped(node, `${name} is of containers alone`);
  }
}

const readOnly = (node: XmlNode): true | undefined =>
  node.child('readonly') === undefined ? undefined : true;

function plan9(node: XmlNode, tag: string, id: string): Plan9 {
  const driver = node.child('driver');
  driver?.ignore('@name', '@format');
  const mode = node.oneOf('accessmode', ['passthrough', 'mapped', 'squash']) ?? 'passthrough';
  const model = node.oneOf('model', ['virtio', 'virtio-transitional', 'virtio-non-transitional']);
  const multidevs = node.oneOf('multidevs', ['default', 'remap', 'forbid', 'warn']);
  return {
    type: '9p',
    id,
    source: node.child('source')?.attribute('dir') ?? '',
    tag,
    readOnly: readOnly(node),
    securityModel: mode === 'mapped' ? 'mapped-xattr' : mode === 'squash' ? 'none' : 'passthrough',
    multidevs: multidevs === 'default' ? undefined : multidevs,
    fileMode: octal(node.attribute('fmode')),
    dirMode: octal(node.attribute('dmode')),
    writeout: driver?.oneOf('wrpolicy', ['immediate']),
    model: model === 'virtio' ? undefined : model,
    ...virtioKeys(node),
  };
}

const octal = (mode: string | undefined): string | undefined => mode?.padStart(4, '0');

function virtiofs(node: XmlNode, tag: string, id: string, notes: Notes): Virtiofs {
  const driver = node.child('driver');
  const binary = node.child('binary');
  const source = node.child('source');
  const socket = source?.attribute('socket');
  const lock = binary?.child('lock');
  node.ignore('@accessmode', '@model');
  if (socket !== undefined)
    return { id, tag, socket, queueSize: queueSize(driver, notes), ...virtioKeys(node) };
  return {
    id,
    source: source?.attribute('dir') ?? '',
    tag,
    readOnly: readOnly(node),
    binary: binary?.attribute('path'),
    cache: binary?.child('cache')?.oneOf('mode', ['none', 'always']),
    queueSize: queueSize(driver, notes),
    sandbox: binary?.child('sandbox')?.oneOf('mode', ['namespace', 'chroot']),
    threadPool: binary?.child('thread_pool')?.integer('size'),
    xattr: binary?.onOff('xattr'),
    posixLock: lock?.onOff('posix'),
    flock: lock?.onOff('flock'),
    openFiles: binary?.child('openfiles')?.integer('max', 1),
    idMap: idMap(node.child('idmap')),
    ...virtioKeys(node),
  };
}

const queueSizes = [64, 128, 256, 512, 1024] as const;

function queueSize(driver: XmlNode | undefined, notes: Notes): (typeof queueSizes)[number] | undefined {
  const size = driver?.integer('queue', 1);
  const known = queueSizes.find((one) => one === size);
  if (driver !== undefined && size !== undefined && known === undefined)
    notes.dropped(driver, `a queue of ${size}: it is one of ${queueSizes.join(', ')}`);
  return known;
}

function idMap(node: XmlNode | undefined): Virtiofs['idMap'] {
  if (node === undefined) return undefined;
  const ranges = (name: 'uid' | 'gid') =>
    node.children(name).map((range) => ({
      start: range.integer('start') ?? 0,
      target: range.integer('target') ?? 0,
      count: range.integer('count', 1) ?? 1,
    }));
  return { uid: ranges('uid'), gid: ranges('gid') };
}
