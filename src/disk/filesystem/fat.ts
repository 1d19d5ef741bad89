import { BadBytes } from '../../hardware/bytes.ts';
import type { ByteSource } from '../../host/port.ts';
import { Fields, readFields } from '../fields.ts';
import { attempt, type Reading } from '../reading.ts';
import { readFolder, type FatEntry } from './fat-folder.ts';
import { readBootSector, type FatGeometry } from './fat-geometry.ts';

/** A FAT12, FAT16 or FAT32 file system, read only. Names are compared as FAT does: without case. */
export interface FatFilesystem {
  readonly geometry: FatGeometry;
  /** Entries of a folder by path; undefined where there is no such folder. */
  list(path: string): Reading<readonly FatEntry[] | undefined>;
  /** Bytes of a file; undefined where there is no such file. Fails when it has more than `limit` bytes. */
  readFile(path: string, limit: number): Reading<Uint8Array | undefined>;
  /** Every file and folder with its path from the root, such as `EFI/BOOT/BOOTX64.EFI`. */
  walk(): Reading<readonly (FatEntry & { readonly path: string })[]>;
}

/** Nothing on an ESP comes near; a damaged chain does. */
const MAX_FOLDER_BYTES = 2 * 2 ** 20;
const MAX_ENTRIES = 100_000;
/** A path of FAT has at most 260 letters. */
const MAX_DEPTH = 130;

/** Opens the file system of a partition. */
export const openFat = (partition: Pick<ByteSource, 'size' | 'read'>): Reading<FatFilesystem> =>
  attempt(() => {
    const geometry = readBootSector(partition);
    const chain = chainReader(partition, geometry);
    const entriesOf = (folder: FatEntry | undefined): readonly FatEntry[] => readFolder(
      folder === undefined && geometry.type !== 32
        ? readFields(partition, 'the FAT root folder', geometry.rootStart, geometry.rootSize)
        : new Fields(chain(folder === undefined ? geometry.rootCluster : folder.cluster, MAX_FOLDER_BYTES)),
    );
    const listPath = (path: string): readonly FatEntry[] | undefined => {
      let entries = entriesOf(undefined);
      for (const part of partsOf(path)) {
        const found = find(entries, part);
        if (found?.kind !== 'directory') return undefined;
        entries = entriesOf(found);
      }
      return entries;
    };
    return {
      geometry,
      list: (path) => attempt(() => listPath(path)),
      readFile: (path, limit) => attempt(() => {
        const parts = partsOf(path);
        const found = find(listPath(parts.slice(0, -1).join('/')) ?? [], parts.at(-1) ?? '');
        if (found?.kind !== 'file') return undefined;
        if (found.size > limit) throw new BadBytes(`${path} has ${found.size} bytes, more than the ${limit} expected`);
        const bytes = chain(found.cluster, found.size);
        if (bytes.length < found.size) throw new BadBytes(`the FAT chain of ${path} ends too early`);
        return bytes.subarray(0, found.size);
      }),
      walk: () => attempt(() => walk(entriesOf)),
    };
  });

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

const find = (entries: readonly FatEntry[], name: string): FatEntry | undefined =>
  entries.find((entry) => [entry.name, entry.shortName].some((one) => one.toUpperCase() === name.toUpperCase()));

function walk(entriesOf: (folder: FatEntry | undefined) => readonly FatEntry[]): readonly (FatEntry & { path: string })[] {
  const found: (FatEntry & { path: string })[] = [];
  const seen = new Set<number>();
  const visit = (folder: FatEntry | undefined, prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new BadBytes('the FAT folders are nested deeper than any path');
    for (const entry of entriesOf(folder)) {
      if (found.length >= MAX_ENTRIES) throw new BadBytes('the FAT file system has more entries than any real one');
      found.push({ ...entry, path: `${prefix}${entry.name}` });
      if (entry.kind !== 'directory') continue;
      if (seen.has(entry.cluster)) throw new BadBytes('the FAT folders go round in a circle');
      seen.add(entry.cluster);
      visit(entry, `${prefix}${entry.name}/`, depth + 1);
    }
  };
  visit(undefined, '', 0);
  return found;
}

/**
 * Reads the clusters of a chain, up to a number of bytes; nothing for cluster 0, as empty files have it. Neighbours are
 * read at once: a kernel has ten thousand of them, most often in one row.
 */
function chainReader(partition: Pick<ByteSource, 'size' | 'read'>, geometry: FatGeometry) {
  const { clusterSize, dataStart } = geometry;
  const table = readAhead(partition);
  return (first: number, limit: number): Uint8Array => {
    const pieces = rowsOf(table, geometry, first, Math.ceil(limit / clusterSize)).map(({ cluster, count }) =>
      readFields(partition, 'a FAT cluster', dataStart + (cluster - 2) * clusterSize, count * clusterSize).bytes);
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  };
}

interface Row {
  readonly cluster: number;
  count: number;
}

/** The clusters of a chain, at most so many, in rows of neighbours. */
function rowsOf(table: Pick<ByteSource, 'size' | 'read'>, geometry: FatGeometry, first: number, limit: number): readonly Row[] {
  const end = { 12: 0xff8, 16: 0xfff8, 32: 0x0fff_fff8 }[geometry.type];
  const rows: Row[] = [];
  let cluster = first;
  for (let seen = 0; seen < limit && cluster !== 0 && cluster < end; seen += 1) {
    if (cluster < 2 || cluster > geometry.clusters + 1) throw new BadBytes(`a FAT chain leads to cluster ${cluster}`);
    const row = rows.at(-1);
    if (row !== undefined && cluster === row.cluster + row.count) row.count += 1;
    else rows.push({ cluster, count: 1 });
    cluster = nextCluster(table, geometry, cluster);
  }
  return rows;
}

/** Bytes; an entry may reach a little over the end. */
const WINDOW = 64 * 1024;
const ENTRY = 4;

/** The same source for reads of an entry: those that lie close together come out of one. */
function readAhead(source: Pick<ByteSource, 'size' | 'read'>): Pick<ByteSource, 'size' | 'read'> {
  let window = { start: 0, bytes: new Uint8Array(0) };
  return {
    size: source.size,
    read: (offset, length) => {
      const isInside = offset >= window.start && offset + length <= window.start + window.bytes.length;
      if (!isInside) {
        const start = offset - (offset % WINDOW);
        window = { start, bytes: Uint8Array.from(source.read(start, WINDOW + ENTRY)) };
      }
      return window.bytes.subarray(offset - window.start, offset - window.start + length);
    },
  };
}

function nextCluster(partition: Pick<ByteSource, 'size' | 'read'>, { type, fatStart }: FatGeometry, cluster: number): number {
  if (type === 32) return readFields(partition, 'the FAT', fatStart + 4 * cluster, 4).u32(0) & 0x0fff_ffff;
  if (type === 16) return readFields(partition, 'the FAT', fatStart + 2 * cluster, 2).u16(0);
  const pair = readFields(partition, 'the FAT', fatStart + Math.floor(cluster * 1.5), 2).u16(0);
  return cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
}
