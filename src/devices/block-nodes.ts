/** The block graph of a disk: from the source of its lowest image up to the node that the device reads. Pure. QEMU's docs: qapi/block-core. */
import type { QemuOption } from '../command/option.js';
import { blockdev, filterOptions } from './block-filters.js';
import { cacheSwitches, fileNode, formatNode, nodeName } from './block-names.js';
import { protocolOf } from './block-protocols.js';
import { type Members, secretObject } from './block-servers.js';
import { canBeStacked, type ImageLayer, localPath } from './disk-images.js';
import type { DiskPlan } from './disk-plan.js';
import { sourceText } from './disk-texts.js';
import { objectOption } from './options.js';

export function blockOptions(disk: DiskPlan): QemuOption[] {
  return [
    ...reservationOptions(disk),
    // A node must be there before the one that names it: the lowest image comes first.
    ...disk.layers
      .map((layer, depth) => layerOptions(disk, layer, depth))
      .reverse()
      .flat(),
    ...filterOptions(disk),
  ];
}

function layerOptions(disk: DiskPlan, layer: ImageLayer, depth: number): QemuOption[] {
  const { id, origin, spec } = disk;
  const suffix = depth === 0 ? '' : `b${depth}-`;
  const protocol = protocolOf(layer.source, {
    id: nodeName(id, `${suffix}source`),
    readOnly: disk.readOnly || depth > 0,
    cdrom: spec.type === 'cdrom',
    floppy: spec.type === 'floppy',
    aio: disk.aio,
    reservations: spec.reservations === undefined ? null : nodeName(id, 'reservations'),
  });
  const secret = nodeName(id, `${suffix}secret`);
  const slice = depth === 0 && spec.slice !== undefined ? nodeName(id, 'slice') : null;
  const { direct, noFlush } = cacheSwitches[disk.cache];
  const cache = { direct, 'no-flush': noFlush };
  const readable = depth === 0 ? { 'read-only': disk.readOnly } : { 'auto-read-only': true };
  const { driver, ...members } = protocol.node;
  const common = { cache, discard: disk.discard };
  const throughCache = direct ? "past the host's page cache" : "through the host's page cache";
  const what = depth === 0 ? '' : `Backing image ${depth}, which is only read: `;
  return [
    ...protocol.objects.map((object) =>
      objectOption(origin, 'A secret or credentials, read from files by QEMU itself.', object),
    ),
    ...(layer.encryption === null
      ? []
      : [
          objectOption(
            origin,
            'The passphrase of the image, read from its file.',
            secretObject(secret, layer.encryption.secretFile),
          ),
        ]),
    blockdev(
      origin,
      `${what}${sourceText(layer.source)}: ${throughCache}${localPath(layer.source) === undefined ? '' : `, ${disk.aio}`}.`,
      {
        driver,
        'node-name': fileNode(id, depth),
        ...members,
        ...common,
        // A guest's TRIM ends at the format; what a format itself frees goes down to the file.
        discard: layer.format === 'raw' ? disk.discard : 'unmap',
        ...readable,
      },
    ),
    ...(slice === null
      ? []
      : [
          blockdev(origin, 'The part of the source that holds the image.', {
            driver: 'raw',
            'node-name': slice,
            file: fileNode(id, depth),
            offset: spec.slice?.offset,
            size: spec.slice?.bytes,
            ...common,
            'read-only': disk.readOnly,
          }),
        ]),
    blockdev(
      origin,
      `Read as ${layer.format}, which is said and never guessed: a guest could write another format's header.`,
      {
        driver: layer.format,
        'node-name': formatNode(id, depth),
        file: slice ?? fileNode(id, depth),
        ...formatMembers(disk, layer, depth, secret),
        ...common,
        'detect-zeroes': depth === 0 ? spec.detectZeroes : undefined,
        'read-only': depth > 0 || disk.readOnly,
      },
    ),
  ];
}

function formatMembers(disk: DiskPlan, layer: ImageLayer, depth: number, secret: string): Members {
  const { layers, complete, spec, id } = disk;
  const below = depth + 1 < layers.length;
  const backing = below
    ? formatNode(id, depth + 1)
    : canBeStacked(layer.format) && complete
      ? null
      : undefined;
  const encryption =
    layer.encryption === null
      ? {}
      : layer.format === 'luks'
        ? { 'key-secret': secret }
        : { encrypt: { format: layer.encryption.format, 'key-secret': secret } };
  const isQcow2 = layer.format === 'qcow2';
  return {
    backing,
    ...encryption,
    'data-file':
      layer.dataFile === null
        ? undefined
        : {
            driver: 'file',
            filename: layer.dataFile,
            aio: disk.aio,
            'read-only': depth > 0 || disk.readOnly,
          },
    'cache-size': isQcow2 ? spec.metadataCache : undefined,
    'discard-no-unref': isQcow2 && depth === 0 ? (disk.discardNoUnref ?? undefined) : undefined,
  };
}

function reservationOptions({ id, spec, origin }: DiskPlan): QemuOption[] {
  if (spec.reservations === undefined) return [];
  return [
    objectOption(
      `${origin}.reservations`,
      'Persistent reservations go through a helper that has the rights.',
      {
        'qom-type': 'pr-manager-helper',
        id: nodeName(id, 'reservations'),
        path: spec.reservations,
      },
    ),
  ];
}
