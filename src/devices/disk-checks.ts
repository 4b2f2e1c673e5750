/** What planning a disk decides and checks by the file that is there. Pure. */
import type { FileFacts } from '../plan/facts.js';
import { type NamedSource, secretFiles } from './block-sources.js';
import type { DeviceContext } from './context.js';
import type { DiskSpec } from './disk.js';
import type { ImageFormat } from './disk-content.js';

export type DiskCache = 'none' | 'writeback' | 'writethrough' | 'directsync' | 'unsafe';
export type DiskAio = 'io_uring' | 'native' | 'threads';

/** Tells what of the file is not as the disk needs it: `up` makes each an error. */
export function reportFile(
  disk: { source: string; readOnly: boolean },
  facts: FileFacts | undefined,
  origin: string,
  context: DeviceContext,
): void {
  if (!facts) return;
  const missing = (message: string, hint: string) =>
    context.find({ severity: 'missing', code: 'host.disk', key: `${origin}.source`, message, hint });
  if (facts.kind === 'missing') {
    missing(
      `the disk ${disk.source} does not exist`,
      `Make it (qemu-img create -f qcow2 FILE SIZE), say its size in ${origin}.size, or correct ${origin}.source.`,
    );
  } else if (facts.kind === 'folder' || facts.kind === 'other') {
    missing(
      `${disk.source} is no image file or block device`,
      `Name a file or block device in ${origin}.source.`,
    );
  } else if (!facts.readable) {
    missing(
      `the disk ${disk.source} can't be read by this user`,
      'Change its owner or mode, or run vm as its owner.',
    );
  } else if (!facts.writable && !disk.readOnly) {
    missing(
      `the disk ${disk.source} can't be written by this user`,
      `Change its owner or mode, or say readOnly: true in ${origin}.`,
    );
  }
}

/** A name ends the guess; content only warns, because a guest can write a qcow2 header into its raw disk. */
export function imageFormat(
  wanted: 'auto' | ImageFormat,
  source: string,
  facts: FileFacts | undefined,
  origin: string,
  context: DeviceContext,
): ImageFormat {
  const format = wanted !== 'auto' ? wanted : source.endsWith('.qcow2') ? 'qcow2' : 'raw';
  const found = facts?.format ?? null;
  if (found === null || found === format) return format;
  if (format === 'raw') {
    context.find({
      severity: 'warning',
      code: 'host.disk-format',
      key: `${origin}.format`,
      message: `${source} begins like a ${found} image, but the guest will see its raw bytes`,
      hint: `Say format: ${found} if that is what it is. A raw disk stays raw: a guest can write such a beginning itself.`,
    });
  } else {
    context.find({
      severity: 'missing',
      code: 'host.disk-format',
      key: `${origin}.format`,
      message: `${source} is no ${format} image`,
      hint: `Say format: ${found} in ${origin}, or make it with qemu-img create -f ${format}.`,
    });
  }
  return format;
}

export function planCache(
  wanted: 'auto' | DiskCache,
  facts: FileFacts | undefined,
  origin: string,
  context: DeviceContext,
): DiskCache {
  if (wanted !== 'auto') {
    if ((wanted === 'none' || wanted === 'directsync') && facts?.direct === false) {
      context.find({
        severity: 'missing',
        code: 'host.o-direct',
        key: `${origin}.cache`,
        message: `cache: ${wanted} needs O_DIRECT, which the file system under this disk refuses`,
        hint: 'Say cache: auto or writeback, or put the disk on another file system.',
      });
    }
    return wanted;
  }
  const cache = facts?.direct === false ? 'writeback' : 'none';
  context.decide({
    key: `${origin}.cache`,
    value: cache,
    reason:
      cache === 'none'
        ? 'O_DIRECT works here: the guest caches, the host need not do it again'
        : 'the file system under it refuses O_DIRECT',
  });
  return cache;
}

export function planAio(
  wanted: 'auto' | DiskAio,
  cache: DiskCache,
  origin: string,
  context: DeviceContext,
): DiskAio {
  const direct = cache === 'none' || cache === 'directsync';
  if (wanted !== 'auto') {
    if (wanted === 'native' && !direct) {
      context.find({
        severity: 'missing',
        code: 'host.o-direct',
        key: `${origin}.aio`,
        message: 'aio: native needs O_DIRECT, which the file system under this disk refuses',
        hint: 'Say aio: auto, or put the disk on another file system.',
      });
    }
    if (wanted === 'io_uring' && context.host.ioUring === false) {
      context.find({
        severity: 'missing',
        code: 'host.io-uring',
        key: `${origin}.aio`,
        message: 'io_uring is switched off on this host (kernel.io_uring_disabled)',
        hint: 'Say aio: auto, or set the sysctl kernel.io_uring_disabled to 0.',
      });
    }
    return wanted;
  }
  const aio = context.host.ioUring === true ? 'io_uring' : direct ? 'native' : 'threads';
  const reasons: Readonly<Record<DiskAio, string>> = {
    io_uring: 'this kernel allows io_uring: fewest system calls a request',
    native: 'no io_uring here; Linux AIO works past the page cache',
    threads: 'no io_uring here, and Linux AIO blocks on the page cache',
  };
  context.decide({ key: `${origin}.aio`, value: aio, reason: reasons[aio] });
  return aio;
}

/** Tells which secrets QEMU could not read. */
export function reportSecrets(
  disk: DiskSpec,
  source: NamedSource,
  origin: string,
  context: DeviceContext,
): void {
  const layers = Array.isArray(disk.backing) ? disk.backing : [];
  const encryptions = [disk.encryption, ...layers.map(({ encryption }) => encryption)];
  const files = [
    ...encryptions.flatMap((one) => (one === undefined ? [] : [one.secretFile])),
    ...secretFiles(source),
  ];
  for (const file of files) {
    const facts = context.files.get(file);
    if (!facts || (facts.kind === 'file' && facts.readable)) continue;
    context.find({
      severity: 'missing',
      code: 'host.disk-secret',
      key: origin,
      message: `the secret ${file} ${facts.kind === 'missing' ? 'does not exist' : "can't be read by this user"}`,
      hint: 'Put the secret into that file (mode 0600), or correct its name.',
    });
  }
}

/** What a QEMU before 8.1 can't do is told, and left out. */
export function planDiscardNoUnref(
  wanted: boolean | undefined,
  origin: string,
  context: DeviceContext,
): boolean | null {
  if (wanted === undefined || context.qemu.has('discardNoUnref')) return wanted ?? null;
  context.find({
    severity: 'missing',
    code: 'qemu.too-old',
    key: `${origin}.discardNoUnref`,
    message: "this QEMU can't keep the place of discarded data",
    hint: 'Use QEMU 8.1 or later, or remove it.',
  });
  return null;
}
