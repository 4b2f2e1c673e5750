/** The headers of qcow2 images and the chains that they make (QEMU's docs/interop/qcow2). Nothing is opened but regular files and block devices. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { FileFacts, Qcow2Facts } from '../plan/facts.js';
import { readFileFacts } from './files.js';

const magic = 0x514649fb;
const shortHeader = 72;
const externalDataBit = 2;
const extensions = { end: 0, backingFormat: 0xe2792aca, dataFile: 0x44415441 } as const;
/** The backing file's name ends within the first cluster, and no cluster is larger. */
const largestCluster = 2 * 1024 ** 2;
/** QEMU itself gives up on chains far shorter than that. */
const deepestChain = 200;

/**
 * Reads a header. Pure.
 * @param head the first cluster, or as much of it as there is.
 * @param folder what relative names in it are relative to.
 * @returns undefined if it is no qcow2 header, or one that contradicts itself.
 */
export function parseQcow2(head: Buffer, folder: string): Qcow2Facts | undefined {
  if (head.length < shortHeader || head.readUInt32BE(0) !== magic) return undefined;
  const version = head.readUInt32BE(4);
  const bytes = head.readBigUInt64BE(24);
  if ((version !== 2 && version !== 3) || bytes > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  if (version === 3 && head.length < 104) return undefined;
  const backing = textAt(head, head.readBigUInt64BE(8), head.readUInt32BE(16));
  if (backing === undefined) return undefined;
  const found = readExtensions(head, version === 2 ? shortHeader : head.readUInt32BE(100));
  const external = version === 3 && (head.readUInt32BE(76) & (1 << externalDataBit)) !== 0;
  const { dataFile } = found;
  if (external && dataFile === undefined) return undefined;
  return {
    virtualBytes: Number(bytes),
    encryption: ([null, 'aes', 'luks'] as const)[head.readUInt32BE(32)] ?? null,
    backing: backing === '' ? null : { ...located(backing, folder), format: found.backingFormat ?? null },
    dataFile: external && dataFile !== undefined ? located(dataFile, folder).file : null,
  };
}

/** The empty text for an offset of 0; undefined for what does not lie within the cluster. */
function textAt(head: Buffer, offset: bigint, length: number): string | undefined {
  if (offset === 0n || length === 0) return '';
  const start = Number(offset);
  if (length > 1023 || start + length > head.length) return undefined;
  return head.toString('utf8', start, start + length);
}

function readExtensions(head: Buffer, start: number): { backingFormat?: string; dataFile?: string } {
  const found: { backingFormat?: string; dataFile?: string } = {};
  for (let at = start; at + 8 <= head.length; ) {
    const type = head.readUInt32BE(at);
    const length = head.readUInt32BE(at + 4);
    if (type === extensions.end || at + 8 + length > head.length) break;
    const text = () => head.toString('utf8', at + 8, at + 8 + length);
    if (type === extensions.backingFormat) found.backingFormat = text();
    if (type === extensions.dataFile) found.dataFile = text();
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return found;
}

/** A name is a path unless a protocol stands before its first slash, as QEMU reads it (block.c, path_has_protocol). */
function located(name: string, folder: string): { file: string; local: boolean } {
  const plain = name.startsWith('file:') ? name.slice('file:'.length).replace(/^\/\/(?=\/)/, '') : name;
  return /^[^/]*:/.test(plain) ? { file: name, local: false } : { file: resolve(folder, plain), local: true };
}

/**
 * Adds to the facts of files the headers of the qcow2 images among them, and of all that they stand on. The caller names only what
 * the spec says is qcow2: in a raw disk the guest could write a header that names any file of the host.
 */
export function readChains(images: readonly string[], files: Map<string, FileFacts>): void {
  for (const image of images) {
    const seen = new Set<string>();
    for (let path: string | null = image; path !== null && !seen.has(path) && seen.size < deepestChain; ) {
      seen.add(path);
      path = readLink(path, files);
    }
  }
}

/** @returns the image under this one, if it is qcow2 too: a raw one may look like anything, and the chain ends there. */
function readLink(path: string, files: Map<string, FileFacts>): string | null {
  const facts = factsOf(path, files);
  const header = facts.format === 'qcow2' ? readHeader(path) : undefined;
  if (header === undefined) return null;
  files.set(path, { ...facts, qcow2: header });
  if (header.dataFile !== null) factsOf(header.dataFile, files);
  if (!header.backing?.local) return null;
  factsOf(header.backing.file, files);
  return header.backing.format === 'qcow2' ? header.backing.file : null;
}

function factsOf(path: string, files: Map<string, FileFacts>): FileFacts {
  for (const [name, facts] of files.has(path) ? [] : readFileFacts([path])) files.set(name, facts);
  const facts = files.get(path);
  if (facts === undefined) throw new Error(`no facts of ${path}`);
  return facts;
}

function readHeader(path: string): Qcow2Facts | undefined {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const head = Buffer.alloc(shortHeader);
      if (readSync(descriptor, head, 0, head.length, 0) < head.length) return undefined;
      const cluster = Math.min(2 ** Math.min(head.readUInt32BE(20), 63), largestCluster);
      const all = Buffer.alloc(Math.max(cluster, 512));
      return parseQcow2(all.subarray(0, readSync(descriptor, all, 0, all.length, 0)), dirname(path));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}
