/** Reads ISO 9660 images by the standard, knowing nothing of how ours are made: every number is looked up where ECMA-119 puts it. */

export interface IsoContent {
  readonly label: string;
  readonly entries: ReadonlyMap<string, string>;
}

const sector = 2048;

export function readIso(bytes: Uint8Array, kind: 'rockRidge' | 'joliet'): IsoContent {
  const image = Buffer.from(bytes);
  const type = kind === 'joliet' ? 2 : 1;
  for (let number = 16; image[number * sector] !== 255; number++) {
    const descriptor = image.subarray(number * sector, (number + 1) * sector);
    if (descriptor.toString('latin1', 1, 6) !== 'CD001') throw new Error('no volume descriptor');
    if (descriptor[0] !== type) continue;
    if (kind === 'joliet' && descriptor.toString('latin1', 88, 91) !== '%/E') throw new Error('not Joliet');
    const label =
      kind === 'joliet' ? wide(descriptor.subarray(40, 72)) : descriptor.toString('latin1', 40, 72);
    const root = descriptor.subarray(156, 190);
    return { label: label.trimEnd(), entries: readFolder(image, root, kind) };
  }
  throw new Error(`no descriptor of type ${type}`);
}

function readFolder(image: Buffer, root: Buffer, kind: 'rockRidge' | 'joliet'): Map<string, string> {
  const content = extent(image, root);
  const entries = new Map<string, string>();
  for (let at = 0; content[at]; at += content[at] ?? 0) {
    const record = content.subarray(at, at + (content[at] ?? 0));
    const length = record[32] ?? 0;
    const name = record.subarray(33, 33 + length);
    if (length === 1 && (name[0] ?? 9) < 2) continue;
    const own =
      kind === 'joliet' ? wide(name) : alternateName(record.subarray(33 + length + ((length + 1) % 2)));
    entries.set(own, extent(image, record).toString('utf8'));
  }
  return entries;
}

function extent(image: Buffer, record: Buffer): Buffer {
  const [start, bytes] = [record.readUInt32LE(2) * sector, record.readUInt32LE(10)];
  if (record.readUInt32BE(6) * sector !== start || record.readUInt32BE(14) !== bytes)
    throw new Error('the two byte orders disagree');
  return image.subarray(start, start + bytes);
}

function alternateName(entries: Buffer): string {
  for (let at = 0; at + 4 <= entries.length && entries[at + 2]; at += entries[at + 2] ?? 4) {
    if (entries.toString('latin1', at, at + 2) === 'NM')
      return entries.toString('latin1', at + 5, at + (entries[at + 2] ?? 5));
  }
  throw new Error('no Rock Ridge name');
}

function wide(bytes: Buffer): string {
  return Buffer.from(bytes).swap16().toString('utf16le');
}
