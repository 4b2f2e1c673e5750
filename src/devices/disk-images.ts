/** The image of a disk and those under it: QEMU is told each with its format, and never guesses one. Pure. */
import type { FileFacts } from '../plan/facts.js';
import { formatBytes } from '../units.js';
import type { BlockSource, NamedSource } from './block-sources.js';
import type { DeviceContext } from './context.js';
import type { DiskSpec } from './disk.js';
import { type ImageFormat, imageFormats } from './disk-content.js';

export interface ImageLayer {
  readonly source: NamedSource;
  readonly format: ImageFormat;
  readonly encryption: { readonly secretFile: string; readonly format: 'luks' | 'aes' } | null;
  /** The file that holds the data of a qcow2 image which is only tables. */
  readonly dataFile: string | null;
}

export interface ImageChain {
  /** The disk's own image first. */
  readonly layers: readonly ImageLayer[];
  /** Whether it is known that nothing lies under the last one; else its header could not be read here. */
  readonly complete: boolean;
}

/** Formats of images that can stand on another. */
const stacked: ReadonlySet<ImageFormat> = new Set(['qcow2', 'qcow', 'qed', 'vmdk']);

export function canBeStacked(format: ImageFormat): boolean {
  return stacked.has(format);
}

/** A path is a file or a block device: as found, else as its folder tells. */
export function named(source: BlockSource, files: ReadonlyMap<string, FileFacts>): NamedSource {
  if (typeof source !== 'string') return source;
  const kind = files.get(source)?.kind;
  const block =
    kind === 'block' || ((kind === undefined || kind === 'missing') && /^\/dev\/(?!shm\/)/.test(source));
  return { type: block ? 'block' : 'file', path: source };
}

/** The path of a source that is one file of this host. */
export function localPath(source: NamedSource): string | undefined {
  return source.type === 'file' || source.type === 'block' ? source.path : undefined;
}

/** @param made whether `up` makes the image, so that there is no header to read. */
export function planChain(
  disk: DiskSpec,
  top: { readonly source: NamedSource; readonly format: ImageFormat; readonly made: boolean },
  origin: string,
  context: DeviceContext,
): ImageChain {
  const { source, format, made } = top;
  const own = { source, format, encryption: disk.encryption ?? null, dataFile: null };
  if (!stacked.has(format)) return { layers: [own], complete: true };
  const facts = made ? undefined : context.files.get(localPath(source) ?? '');
  reportSize(disk, facts, origin, context);
  const first = { ...own, dataFile: facts?.qcow2?.dataFile ?? null };
  if (disk.backing === 'none') return { layers: [first], complete: true };
  if (disk.backing !== 'auto') {
    const below = disk.backing.map((layer, index) => {
      const given = named(layer.source, context.files);
      reportBacking(given, `${origin}.backing[${index}].source`, context);
      return { source: given, format: layer.format, encryption: layer.encryption ?? null, dataFile: null };
    });
    return { layers: [first, ...below], complete: true };
  }
  if (made) return { layers: [first], complete: true };
  if (localPath(source) === undefined) {
    context.decide({
      key: `${origin}.backing`,
      value: 'none',
      reason: 'the header of an image on a server is not read: say backing if it stands on another',
    });
    return { layers: [first], complete: true };
  }
  return format === 'qcow2' ? readChain(first, origin, context) : { layers: [first], complete: true };
}

/** Follows the headers that were read (host/qcow2.ts). */
function readChain(first: ImageLayer, origin: string, context: DeviceContext): ImageChain {
  const layers = [first];
  for (let layer = first; layer.format === 'qcow2'; ) {
    const path = localPath(layer.source) ?? '';
    const header = context.files.get(path)?.qcow2;
    if (header === undefined) return { layers, complete: false };
    if (header.encryption !== null && layer.encryption === null) reportSecret(path, origin, context);
    if (header.backing === null) break;
    const format = knownFormat(header.backing.format);
    if (format === undefined || !header.backing.local) {
      reportUnclear(path, header.backing, origin, context);
      return { layers, complete: false };
    }
    layer = { source: named(header.backing.file, context.files), format, encryption: null, dataFile: null };
    if (layers.some((above) => localPath(above.source) === localPath(layer.source))) {
      reportUnclear(path, header.backing, origin, context);
      return { layers, complete: false };
    }
    reportBacking(layer.source, `${origin}.source`, context);
    const dataFile = context.files.get(header.backing.file)?.qcow2?.dataFile ?? null;
    layers.push({ ...layer, dataFile });
  }
  return { layers, complete: true };
}

function knownFormat(format: string | null): ImageFormat | undefined {
  return imageFormats.find((one) => one === format);
}

function reportUnclear(
  path: string,
  { file, format, local }: { readonly file: string; readonly format: string | null; readonly local: boolean },
  origin: string,
  context: DeviceContext,
): void {
  const problem = !local
    ? 'which is no file of this host'
    : format === null
      ? 'and does not say in which format that is'
      : `as ${format}, which can't be followed`;
  context.find({
    severity: 'missing',
    code: 'host.backing',
    key: `${origin}.backing`,
    message: `${path} stands on ${file}, ${problem}`,
    hint: `Say it: ${origin}.backing: [{source: …, format: …}], or write it into the image with qemu-img rebase -u -F FORMAT.`,
  });
}

function reportSecret(path: string, origin: string, context: DeviceContext): void {
  context.find({
    severity: 'missing',
    code: 'host.disk-secret',
    key: `${origin}.encryption`,
    message: `${path} is encrypted`,
    hint: `Name a file with its passphrase: ${origin}.encryption: {secretFile: …}.`,
  });
}

function reportBacking(source: NamedSource, key: string, context: DeviceContext): void {
  const path = localPath(source);
  const facts = path === undefined ? undefined : context.files.get(path);
  if (!facts || ((facts.kind === 'file' || facts.kind === 'block') && facts.readable)) return;
  context.find({
    severity: 'missing',
    code: 'host.backing',
    key,
    message: `the backing image ${path} ${facts.kind === 'missing' ? 'does not exist' : "can't be read by this user"}`,
    hint: 'Put it there, change its mode, or name the images under this one in backing.',
  });
}

function reportSize(
  { size }: DiskSpec,
  facts: FileFacts | undefined,
  origin: string,
  context: DeviceContext,
): void {
  const virtual = facts?.qcow2?.virtualBytes;
  if (size === undefined || virtual === undefined || virtual === size) return;
  context.find({
    severity: 'warning',
    code: 'host.disk-size',
    key: `${origin}.size`,
    message: `the image has ${formatBytes(virtual)}, not ${formatBytes(size)}: it is left as it is`,
    hint: 'Resize it with qemu-img resize while the VM is down, or correct size.',
  });
}
