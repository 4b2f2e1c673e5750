/**
 * A small ISO 9660 image: files in its root folder, with their full names in Rock Ridge and in Joliet. The same files give the same bytes.
 * Pure. ECMA-119 (the image), IEEE P1281 and P1282 (SUSP and Rock Ridge), Microsoft's Joliet specification.
 */

export interface IsoFile {
  /** What a guest sees: up to 64 letters, digits, ".", "_", "-". */
  readonly name: string;
  readonly content: Uint8Array;
}

const sector = 2048;
/** The first 16 sectors are not the image's. */
const descriptors = 16;
/** Two volume descriptors and the end of them; then four path tables and two folders of a sector each. */
const pathTables = descriptors + 3;
const folders = pathTables + 4;
const firstFile = folders + 2;
/** 1 January 2000 in UTC: an image tells what is in it, not when it was made. */
const shortDate = [100, 1, 1, 0, 0, 0, 0];
const longDate = [...Buffer.from('2000010100000000', 'latin1'), 0];
const neverDate = [...Buffer.from('0000000000000000', 'latin1'), 0];

interface Placed extends IsoFile {
  /** The name for a reader that knows neither extension: eight capitals, digits or "_". */
  readonly short: string;
  readonly extent: number;
}

/**
 * @param label of the volume, as `blkid` shows it: up to 16 characters.
 * @param files with names that differ in the first eight letters and digits.
 */
export function isoImage(label: string, files: readonly IsoFile[]): Uint8Array {
  const placed = place(files);
  const sectors = firstFile + placed.reduce((sum, { content }) => sum + sectorsOf(content), 0);
  const image = Buffer.alloc(sectors * sector);
  const put = (number: number, bytes: Uint8Array) => image.set(bytes, number * sector);
  put(descriptors, volumeDescriptor(1, padded(label, 32), sectors));
  put(descriptors + 1, volumeDescriptor(2, wide(label, 32), sectors));
  put(descriptors + 2, Uint8Array.of(255, ...Buffer.from('CD001'), 1));
  for (const [index, folder] of [folders, folders + 1].entries()) {
    put(pathTables + 2 * index, pathTable(folder, 'little'));
    put(pathTables + 2 * index + 1, pathTable(folder, 'big'));
  }
  put(folders, folder(folders, rockRidgeRoot, placed, rockRidgeRecord));
  put(
    folders + 1,
    folder(folders + 1, () => [], placed, jolietRecord),
  );
  for (const { extent, content } of placed) put(extent, content);
  return image;
}

const sectorsOf = (content: Uint8Array) => Math.ceil(content.length / sector);

/** In the order of the short names, as folders have to be; where a file is follows from that. */
function place(files: readonly IsoFile[]): Placed[] {
  const named = files.map((file) => ({ ...file, short: shortName(file.name) }));
  let extent = firstFile;
  return named
    .toSorted((a, b) => (a.short < b.short ? -1 : 1))
    .map((file) => {
      const own = { ...file, extent };
      extent += sectorsOf(file.content);
      return own;
    });
}

function shortName(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 8);
}

/** @param type 1: primary, 2: Joliet's. */
function volumeDescriptor(type: 1 | 2, label: Uint8Array, sectors: number): Uint8Array {
  const joliet = type === 2;
  const text = (length: number) => (joliet ? wide('', length) : padded('', length));
  const first = pathTables + (joliet ? 2 : 0);
  const root = record(joliet ? folders + 1 : folders, sector, 2, Uint8Array.of(0));
  return Buffer.concat([
    Uint8Array.of(type, ...Buffer.from('CD001'), 1, 0),
    text(32),
    label,
    Buffer.alloc(8),
    both32(sectors),
    // UCS-2 level 3 marks the tree as Joliet's.
    joliet ? Buffer.concat([Buffer.from('%/E'), Buffer.alloc(29)]) : Buffer.alloc(32),
    both16(1),
    both16(1),
    both16(sector),
    both32(pathTableBytes),
    little32(first),
    little32(0),
    big32(first + 1),
    big32(0),
    root,
    // Set, publisher, preparer and application, then three names of files.
    text(128 * 4),
    ...(joliet ? [wide('', 37), wide('', 37), wide('', 37)] : [padded('', 37 * 3)]),
    Uint8Array.from([...longDate, ...longDate, ...neverDate, ...neverDate, 1, 0]),
  ]);
}

const pathTableBytes = 10;

/** One row: the root, which is its own parent. */
function pathTable(extent: number, order: 'little' | 'big'): Uint8Array {
  const little = order === 'little';
  return Buffer.concat([
    Uint8Array.of(1, 0),
    little ? little32(extent) : big32(extent),
    little ? Uint8Array.of(1, 0) : Uint8Array.of(0, 1),
    Uint8Array.of(0, 0),
  ]);
}

function folder(
  extent: number,
  own: (parent: boolean) => Uint8Array[],
  files: readonly Placed[],
  recordOf: (file: Placed) => Uint8Array,
): Uint8Array {
  const dots = [false, true].map((parent) =>
    record(extent, sector, 2, Uint8Array.of(parent ? 1 : 0), own(parent)),
  );
  return Buffer.concat([...dots, ...files.map(recordOf)]);
}

/** A directory record (ECMA-119, 9.1): its length is even, and the name is padded so that what follows begins at an even byte. */
function record(
  extent: number,
  bytes: number,
  flags: number,
  name: Uint8Array,
  systemUse: readonly Uint8Array[] = [],
): Uint8Array {
  const tail = Buffer.concat([name, Buffer.alloc((name.length + 1) % 2), ...systemUse]);
  const length = 33 + tail.length + ((33 + tail.length) % 2);
  return Buffer.concat(
    [
      Uint8Array.of(length, 0),
      both32(extent),
      both32(bytes),
      Uint8Array.from([...shortDate, flags, 0, 0]),
      both16(1),
      Uint8Array.of(name.length),
      tail,
    ],
    length,
  );
}

function jolietRecord({ name, extent, content }: Placed): Uint8Array {
  return record(extent, content.length, 0, wide(name, name.length * 2));
}

function rockRidgeRecord({ name, short, extent, content }: Placed): Uint8Array {
  const alternate = entry('NM', Uint8Array.of(0, ...Buffer.from(name, 'latin1')));
  const attributes = posixAttributes(0o100444, 1);
  return record(extent, content.length, 0, Buffer.from(`${short}.;1`), [alternate, attributes]);
}

/** The first record of the root says that the extensions are there (SP), and which (ER). */
function rockRidgeRoot(parent: boolean): Uint8Array[] {
  const attributes = posixAttributes(0o040555, 2);
  if (parent) return [attributes];
  const identifier = Buffer.from('RRIP_1991A');
  return [
    entry('SP', Uint8Array.of(0xbe, 0xef, 0)),
    attributes,
    entry('ER', Uint8Array.of(identifier.length, 0, 0, 1, ...identifier)),
  ];
}

function posixAttributes(mode: number, links: number): Uint8Array {
  return entry('PX', Buffer.concat([both32(mode), both32(links), both32(0), both32(0)]));
}

function entry(signature: string, data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(signature), Uint8Array.of(data.length + 4, 1), data]);
}

function padded(text: string, length: number): Uint8Array {
  return Buffer.from(text.padEnd(length), 'latin1');
}

/** Big-endian UTF-16, filled up with spaces; an odd byte at the end is 0. */
function wide(text: string, length: number): Uint8Array {
  const even = Buffer.from(text.padEnd(Math.floor(length / 2)), 'utf16le').swap16();
  return Buffer.concat([even], length);
}

function little32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function big32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const both32 = (value: number) => Buffer.concat([little32(value), big32(value)]);

const both16 = (value: number) => Uint8Array.of(value & 255, value >> 8, value >> 8, value & 255);
