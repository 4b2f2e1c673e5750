/** Images that `up` makes: a disk's own where there is none yet, and what a transient disk writes to. Pure. QEMU's docs: qemu-img create. */
import { posix as path } from 'node:path';
import type { FileFacts } from '../plan/facts.js';
import type { NamedSource } from './block-sources.js';
import type { DeviceContext } from './context.js';
import type { DiskSpec } from './disk.js';
import type { ImageFormat } from './disk-content.js';
import { type ImageChain, type ImageLayer, localPath } from './disk-images.js';

export interface MadeImage {
  readonly path: string;
  readonly format: ImageFormat;
  readonly bytes: number;
  readonly preallocation: DiskSpec['preallocation'];
  readonly clusterBytes: number | null;
  readonly encryption: ImageLayer['encryption'];
  readonly backing: { readonly path: string; readonly format: ImageFormat } | null;
  /** Taken away by `down`; else it stays for good. */
  readonly temporary: boolean;
  /** A folder for the time of the making, beside the image: what is in it is nobody's yet. */
  readonly workFolder: string;
  /** Tells, while the launch is not done, that this launch made the image. */
  readonly marker: string;
}

interface Own {
  readonly source: NamedSource;
  readonly format: ImageFormat;
  readonly facts: FileFacts | undefined;
  readonly id: string;
}

/** @returns null where there is nothing to make: no size, or a file that is there already. */
export function plannedImage(
  disk: DiskSpec,
  { source, format, facts, id }: Own,
  origin: string,
  context: DeviceContext,
): MadeImage | null {
  if (disk.size === undefined || source.type !== 'file' || facts?.kind !== 'missing') return null;
  const [below] = Array.isArray(disk.backing) ? disk.backing : [];
  const backingPath = typeof below?.source === 'string' ? below.source : undefined;
  context.decide({
    key: `${origin}.size`,
    value: `${format}, ${disk.size} bytes`,
    reason: 'there is no image yet: `vm up` makes it, and it stays',
  });
  return {
    ...places(source.path, id, context),
    format,
    bytes: disk.size,
    preallocation: disk.preallocation,
    clusterBytes: disk.clusterSize ?? null,
    encryption: disk.encryption ?? null,
    backing:
      below !== undefined && backingPath !== undefined ? { path: backingPath, format: below.format } : null,
    temporary: false,
  };
}

/** An empty image over the disk's own, which is then only read. */
export function transientLayer(
  chain: ImageChain,
  { id, size }: { readonly id: string; readonly size: number | undefined },
  origin: string,
  context: DeviceContext,
): { readonly layer: ImageLayer; readonly image: MadeImage } | null {
  const [below] = chain.layers;
  const belowPath = below && localPath(below.source);
  if (below === undefined || belowPath === undefined) return null;
  const facts = context.files.get(belowPath);
  const bytes = facts?.qcow2?.virtualBytes ?? (below.format === 'raw' ? facts?.bytes : undefined) ?? size;
  if (bytes === undefined) {
    context.find({
      severity: 'missing',
      code: 'host.disk-size',
      key: `${origin}.transient`,
      message: `the size of the disk in ${belowPath} can't be read from its ${below.format} image here`,
      hint: `Say it: ${origin}.size.`,
    });
  }
  const own = path.join(context.paths.stateFolder, `${id}.transient.qcow2`);
  return {
    layer: { source: { type: 'file', path: own }, format: 'qcow2', encryption: null, dataFile: null },
    image: {
      ...places(own, id, context),
      format: 'qcow2',
      bytes: bytes ?? 0,
      preallocation: 'off',
      clusterBytes: null,
      encryption: null,
      backing: { path: belowPath, format: below.format },
      temporary: true,
    },
  };
}

function places(image: string, id: string, { vmName, paths }: DeviceContext) {
  return {
    path: image,
    workFolder: path.join(path.dirname(image), `.vm-new-${vmName}-${id}`),
    marker: path.join(paths.folder, `${id}.made`),
  };
}
