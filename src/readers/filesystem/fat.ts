import { piecesOf, type ByteSource } from '../../byte-source.ts';
import { BadBytes } from '../bytes.ts';
import { Fields, readFields } from '../fields.ts';
import { attempt, type Reading } from '../attempt.ts';
import { LIMITS } from '../limits.ts';
import { readFolder, type FatEntry } from './fat-folder.ts';
import { readBootSector, type FatGeometry } from './fat-geometry.ts';

/** A FAT12, FAT16 or FAT32 file system, read-only. Names are compared without case, as in FAT. */
export interface FatFilesystem {
  readonly geometry: FatGeometry;
  /** Entries of a folder by path; undefined if it does not exist. */
  list(path: string): Reading<readonly FatEntry[] | undefined>;
  /**
   * The bytes of a file, in pieces; undefined if it does not exist. A piece is valid until the next one is requested,
   * which throws `BadBytes` if the cluster chain is damaged. Fails if the file has more than `limit` bytes.
   */
  pieces(path: string, limit: number): Reading<Iterable<Uint8Array> | undefined>;
  /** The same for an entry of `walk`, without another lookup. */
  piecesOf(file: FatEntry & { readonly path: string }): Iterable<Uint8Array>;
  /** Every file and folder with its path from the root, such as `EFI/BOOT/BOOTX64.EFI`. */
  walk(): Reading<readonly (FatEntry & { readonly path: string })[]>;
}

/** Opens the file system of a partition. */
export const openFat = (partition: Pick<ByteSource, 'size' | 'read'>): Reading<FatFilesystem> =>
  attempt(() => {
    const geometry = readBootSector(partition);
    const chain = chainReader(partition, geometry);
    const bytesOf = (folder: FatEntry | undefined): Fields => (folder === undefined && geometry.type !== 32
      ? readFields(partition, 'the FAT root folder', geometry.rootStart, geometry.rootSize)
      : new Fields(chain(folder === undefined ? geometry.rootCluster : folder.cluster, LIMITS.fat.folder)));
    const entriesOf = (folder: FatEntry | undefined): readonly FatEntry[] => readFolder(bytesOf(folder));
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
      pieces: (path, limit) => attempt(() => {
        const parts = partsOf(path);
        const found = find(listPath(parts.slice(0, -1).join('/')) ?? [], parts.at(-1) ?? '');
        if (found?.kind !== 'file') return undefined;
        if (found.size > limit) throw new BadBytes(`${path} has ${found.size} bytes, more than the ${limit} expected`);
        return filePieces(partition, geometry, found, path);
      }),
      piecesOf: (file) => filePieces(partition, geometry, file, file.path),
      walk: () => attempt(() => walk(bytesOf)),
    };
  });

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

const find = (entries: readonly FatEntry[], name: string): FatEntry | undefined =>
  entries.find((entry) => [entry.name, entry.shortName].some((one) => one.toUpperCase() === name.toUpperCase()));

function walk(bytesOf: (folder: FatEntry | undefined) => Fields): readonly (FatEntry & { path: string })[] {
  const found: (FatEntry & { path: string })[] = [];
  const seen = new Set<number>();
  let read = 0;
  const visit = (folder: FatEntry | undefined, prefix: string, depth: number): void => {
    if (depth > LIMITS.fat.depth) throw new BadBytes('the FAT folders are nested deeper than any path');
    const fields = bytesOf(folder);
    read += fields.bytes.length;
    if (read > LIMITS.fat.folders) throw new BadBytes('the FAT folders have more bytes than any real ones');
    for (const entry of readFolder(fields)) {
      if (found.length >= LIMITS.fat.entries) throw new BadBytes('the FAT file system has more entries than any real one');
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

/** Reads the clusters of a chain, at most this many bytes. Cluster 0 means an empty folder and gives nothing. */
function chainReader(partition: Pick<ByteSource, 'size' | 'read'>, geometry: FatGeometry) {
  return (first: number, limit: number): Uint8Array =>
    Buffer.concat([...runsOf(partition, geometry, first, limit)].map(({ start, length }) => readFields(partition, 'a FAT cluster', start, length).bytes));
}

function* filePieces(
  partition: Pick<ByteSource, 'size' | 'read'>, geometry: FatGeometry, { cluster, size }: FatEntry, path: string,
): Generator<Uint8Array> {
  let left = size;
  for (const { start, length } of runsOf(partition, geometry, cluster, size)) {
    const wanted = Math.min(length, left);
    if (start + wanted > partition.size) throw new BadBytes('a FAT cluster reaches beyond the end');
    for (const piece of piecesOf(partition, start, wanted)) {
      yield piece;
      left -= piece.length;
    }
  }
  if (left > 0) throw new BadBytes(`the FAT chain of ${path} ends too early`);
}

/** Runs of adjacent clusters of a chain, at most this many bytes in all, as ranges of the partition. */
function* runsOf(
  partition: Pick<ByteSource, 'size' | 'read'>, geometry: FatGeometry, first: number, limit: number,
): Generator<{ readonly start: number; readonly length: number }> {
  const { type, clusterSize, clusters, dataStart } = geometry;
  const end = { 12: 0xff8, 16: 0xfff8, 32: 0x0fff_fff8 }[type];
  const table = readAhead(partition);
  let run = { start: 0, length: 0 };
  let cluster = first;
  for (let size = 0; size < limit && cluster !== 0 && cluster < end; size += clusterSize) {
    if (cluster < 2 || cluster > clusters + 1) throw new BadBytes(`a FAT chain leads to cluster ${cluster}`);
    const start = dataStart + (cluster - 2) * clusterSize;
    if (start === run.start + run.length && run.length > 0) run.length += clusterSize;
    else {
      if (run.length > 0) yield run;
      run = { start, length: clusterSize };
    }
    cluster = nextCluster(table, geometry, cluster);
  }
  if (run.length > 0) yield run;
}

/** Bytes; an entry may extend a little beyond the end. */
const WINDOW = 64 * 1024;
const ENTRY = 4;

/** The same source with read-ahead for table entries: nearby entries need only one read. */
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
