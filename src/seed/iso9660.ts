/** A file in the root folder of an image. Names have lower-case letters, digits and `-`, at most 28 characters. */
export interface IsoFile {
  readonly name: string;
  readonly content: string;
}

const SECTOR = 2048;
/** Sectors: the first 16 belong to the system. */
const AT = { primary: 16, joliet: 17, end: 18, tables: 19, primaryRoot: 23, jolietRoot: 24, files: 25 } as const;

/**
 * An ISO 9660 image with Joliet names, which Linux and Windows read. It holds no time and nothing of the machine, so
 * that equal files give equal bytes. Source: ECMA-119, 4th edition, and the Joliet Specification, 1995.
 */
export function isoImage(label: string, files: readonly IsoFile[]): Uint8Array {
  const placed: PlacedFile[] = [];
  let sector: number = AT.files;
  for (const { name, content } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const bytes = Buffer.from(content);
    placed.push({ name, bytes, sector });
    sector += Math.ceil(bytes.length / SECTOR);
  }
  const image = Buffer.alloc(sector * SECTOR);
  for (const [index, tree] of [PRIMARY, JOLIET].entries()) {
    const tables = AT.tables + 2 * index;
    image.set(descriptor(tree, label, { sectors: sector, tables }), (AT.primary + index) * SECTOR);
    image.set(pathTable(tree.root, 'little'), tables * SECTOR);
    image.set(pathTable(tree.root, 'big'), (tables + 1) * SECTOR);
    image.set(folder(tree, placed), tree.root * SECTOR);
  }
  image.set([255, ...Buffer.from('CD001'), 1], AT.end * SECTOR);
  for (const file of placed) image.set(file.bytes, file.sector * SECTOR);
  return image;
}

interface PlacedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sector: number;
}

/** One of the two trees of names over the same files. */
interface NameTree {
  /** Type of its volume descriptor. */
  readonly type: number;
  /** Sector of its root folder. */
  readonly root: number;
  /** Names its characters: empty in the primary tree. */
  readonly escape: string;
  readonly encode: (text: string) => Uint8Array;
  /** A file's identifier. */
  readonly identify: (name: string) => string;
}

/** Without Joliet Linux shows `USER-DATA.;1` as `user-data` (fs/isofs/dir.c). */
const PRIMARY: NameTree = {
  type: 1, root: AT.primaryRoot, escape: '', encode: (text) => Buffer.from(text, 'latin1'), identify: (name) => `${name.toUpperCase()}.;1`,
};
const JOLIET: NameTree = {
  type: 2, root: AT.jolietRoot, escape: '%/E', encode: (text) => Buffer.from(text, 'utf16le').swap16(), identify: (name) => name,
};

/** ECMA-119, 8.4 and 8.5. Offsets count from 0. */
function descriptor(tree: NameTree, label: string, { sectors, tables }: { readonly sectors: number; readonly tables: number }): Uint8Array {
  const bytes = Buffer.alloc(SECTOR);
  bytes.set([tree.type, ...Buffer.from('CD001'), 1]);
  for (const [offset, length] of TEXTS) bytes.set(tree.encode(' '.repeat(length)).subarray(0, length), offset);
  bytes.set(tree.encode(label), 40);
  bytes.set(bothEndian32(sectors), 80);
  bytes.write(tree.escape, 88, 'latin1');
  for (const [offset, value] of [[120, 1], [124, 1], [128, SECTOR]] as const) bytes.set(bothEndian16(value), offset);
  bytes.set(bothEndian32(PATH_TABLE_SIZE), 132);
  bytes.writeUInt32LE(tables, 140);
  bytes.writeUInt32BE(tables + 1, 148);
  bytes.set(record(Buffer.of(0), { sector: tree.root, size: SECTOR, isFolder: true }), 156);
  // Sixteen digits of zero and a zone: the time is not specified (8.4.26.1).
  for (const offset of [813, 830, 847, 864]) bytes.write('0'.repeat(16), offset, 'latin1');
  bytes[881] = 1;
  return bytes;
}

/** Offset and length of every text: system, volume, set, publisher, preparer, application, three names of files. */
const TEXTS = [[8, 32], [40, 32], [190, 128], [318, 128], [446, 128], [574, 128], [702, 37], [739, 37], [776, 37]] as const;

const PATH_TABLE_SIZE = 10;

/** The only folder is the root: ECMA-119, 9.4. */
function pathTable(root: number, order: 'little' | 'big'): Uint8Array {
  const bytes = Buffer.alloc(PATH_TABLE_SIZE);
  bytes[0] = 1;
  if (order === 'little') bytes.writeUInt32LE(root, 2);
  else bytes.writeUInt32BE(root, 2);
  bytes[order === 'little' ? 6 : 7] = 1;
  return bytes;
}

/** The root folder: itself, the folder above, which it is too, and its files by name. */
function folder(tree: NameTree, files: readonly PlacedFile[]): Uint8Array {
  const own = { sector: tree.root, size: SECTOR, isFolder: true };
  const records = Buffer.concat([
    record(Buffer.of(0), own),
    record(Buffer.of(1), own),
    ...files.map(({ name, bytes, sector }) => record(tree.encode(tree.identify(name)), { sector, size: bytes.length, isFolder: false })),
  ]);
  if (records.length > SECTOR) throw new TypeError('the folder has more files than one sector names');
  return records;
}

/** A directory record: ECMA-119, 9.1. Its date is the first of 1980, since it cannot be left out. */
function record(identifier: Uint8Array, { sector, size, isFolder }: { readonly sector: number; readonly size: number; readonly isFolder: boolean }): Uint8Array {
  const bytes = Buffer.alloc(33 + identifier.length + ((identifier.length + 1) % 2));
  bytes[0] = bytes.length;
  bytes.set(bothEndian32(sector), 2);
  bytes.set(bothEndian32(size), 10);
  bytes.set([80, 1, 1], 18);
  bytes[25] = isFolder ? 2 : 0;
  bytes.set(bothEndian16(1), 28);
  bytes[32] = identifier.length;
  bytes.set(identifier, 33);
  return bytes;
}

function bothEndian16(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value, 0);
  bytes.writeUInt16BE(value, 2);
  return bytes;
}

function bothEndian32(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}
