/** The files of this host that the disks of a spec name. Pure. */
import type { BlockSource } from './block-sources.js';
import { secretFiles } from './block-sources.js';
import type { DiskSpec } from './disk.js';

/** All of them: images, block devices, secrets. */
export function diskFiles(disks: readonly DiskSpec[]): string[] {
  return disks.flatMap(({ source, backing, encryption }) => {
    const layers = Array.isArray(backing) ? backing : [];
    const encryptions = [encryption, ...layers.map((layer) => layer.encryption)];
    return [
      ...(source === undefined ? [] : filesOf(source)),
      ...layers.flatMap((layer) => filesOf(layer.source)),
      ...encryptions.flatMap((one) => (one === undefined ? [] : [one.secretFile])),
    ];
  });
}

function filesOf(source: BlockSource): string[] {
  if (typeof source === 'string') return [source];
  const image = source.type === 'file' || source.type === 'block' ? [source.path] : [];
  return [...image, ...secretFiles(source)];
}

/** Images that the spec says are qcow2, so that their headers may be believed. */
export function headedImages(disks: readonly DiskSpec[]): string[] {
  return disks.flatMap(({ source, format, backing }) => {
    const path =
      typeof source === 'string'
        ? source
        : source?.type === 'file' || source?.type === 'block'
          ? source.path
          : undefined;
    const layers = Array.isArray(backing) ? backing : [];
    const below = layers.flatMap((layer) =>
      typeof layer.source === 'string' && layer.format === 'qcow2' ? [layer.source] : [],
    );
    const headed = format === 'qcow2' || (format === 'auto' && path?.endsWith('.qcow2'));
    return [...(path !== undefined && headed ? [path] : []), ...below];
  });
}
