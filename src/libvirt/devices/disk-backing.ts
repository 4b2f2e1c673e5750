/** `<backingStore>`: the images under the one that the guest writes. Pure. */
import { type ImageFormat, imageFormats } from '../../devices/disk-content.js';
import type { SpecDocument } from '../draft.js';
import type { XmlNode } from '../node.js';
import type { Notes } from '../report.js';
import { diskSource } from './disk-source.js';

type Backing = NonNullable<NonNullable<SpecDocument['disks']>[number]['backing']>;
type Layer = Exclude<Backing, string>[number];

const stacked: readonly string[] = ['qcow2', 'qcow', 'qed', 'vmdk'];

/** @returns undefined where the XML says nothing of it: `vm` goes by the headers of the images then. */
export function backingChain(disk: XmlNode, format: ImageFormat, notes: Notes): Backing | undefined {
  const first = disk.child('backingStore');
  if (first === undefined) return undefined;
  const layers: Layer[] = [];
  for (let store: XmlNode | undefined = first; store !== undefined; store = store.child('backingStore')) {
    store.ignore('@index', 'privateData', 'alias');
    const type = store.attribute('type');
    const source = type === undefined ? undefined : diskSource(type, store, notes);
    if (source === undefined) break;
    const named = store.child('format');
    const backing = imageFormats.find((one) => one === named?.attribute('type')) ?? 'raw';
    layers.push({
      source: source.source,
      format: luksInRaw(backing, source.encryption),
      encryption: source.encryption,
    });
  }
  if (!stacked.includes(format)) return undefined;
  return layers.length === 0 ? 'none' : layers;
}

/** libvirt calls an image that is all LUKS a raw one with an encryption. */
export function luksInRaw(
  format: ImageFormat,
  encryption: { format?: 'aes' | undefined } | undefined,
): ImageFormat {
  return format === 'raw' && encryption !== undefined && encryption.format === undefined ? 'luks' : format;
}
