import type { Fields } from '../fields.ts';

/** One file or folder of a FAT folder. */
export interface FatEntry {
  readonly kind: 'file' | 'directory';
  /** The long name if there is one. */
  readonly name: string;
  /** The name in 8.3 form. */
  readonly shortName: string;
  readonly size: number;
  /** First cluster; 0 for an empty file. */
  readonly cluster: number;
  /** Time of the last change in seconds since 1970, read as UTC. */
  readonly modified: number;
}

const ENTRY = 32;
const DELETED = 0xe5;
const ATTRIBUTE = { volumeLabel: 0x08, directory: 0x10, longName: 0x0f } as const;
/** Bits of byte 12 by which Windows NT marks lower-case short names. */
const LOWER = { base: 0x08, extension: 0x10 } as const;

/** Entries of a folder without `.`, `..`, the volume label and deleted entries. */
export function readFolder(folder: Fields): readonly FatEntry[] {
  const entries: FatEntry[] = [];
  let long: LongName = { parts: [], checksum: -1 };
  for (let at = 0; at + ENTRY <= folder.bytes.length; at += ENTRY) {
    const first = folder.u8(at);
    if (first === 0) break;
    const attributes = folder.u8(at + 11);
    if (first !== DELETED && (attributes & 0x3f) === ATTRIBUTE.longName) {
      long = collect(long, folder, at);
      continue;
    }
    if (first !== DELETED && (attributes & ATTRIBUTE.volumeLabel) === 0 && first !== 0x2e) {
      entries.push(readEntry(folder, at, attributes, long));
    }
    long = { parts: [], checksum: -1 };
  }
  return entries;
}

interface LongName {
  readonly parts: readonly string[];
  readonly checksum: number;
}

/** Parts of a long name precede their entry, last part first ("Long Directory Entries"). */
function collect(before: LongName, folder: Fields, at: number): LongName {
  const piece = [...folder.slice(at + 1, 10), ...folder.slice(at + 14, 12), ...folder.slice(at + 28, 4)];
  const text = Buffer.from(piece).toString('utf16le').replace(/\0.*$/su, '').replaceAll('\uffff', '');
  const begins = (folder.u8(at) & 0x40) !== 0;
  return { parts: [text, ...(begins ? [] : before.parts)], checksum: folder.u8(at + 13) };
}

function readEntry(folder: Fields, at: number, attributes: number, long: LongName): FatEntry {
  const shortName = readShortName(folder, at);
  const name = long.parts.join('');
  return {
    kind: (attributes & ATTRIBUTE.directory) === 0 ? 'file' : 'directory',
    name: name !== '' && long.checksum === shortChecksum(folder.slice(at, 11)) ? name : shortName,
    shortName,
    size: folder.u32(at + 28),
    cluster: folder.u16(at + 26) + folder.u16(at + 20) * 65536,
    modified: fatTime(folder.u16(at + 24), folder.u16(at + 22)),
  };
}

function readShortName(folder: Fields, at: number): string {
  const text = (offset: number, length: number, lower: number): string => {
    const name = Buffer.from(folder.slice(at + offset, length)).toString('latin1').trimEnd();
    return (folder.u8(at + 12) & lower) === 0 ? name : name.toLowerCase();
  };
  // 0x05 represents a first letter 0xE5, which would otherwise mark a deleted entry.
  const base = text(0, 8, LOWER.base).replace(/^\x05/, '\xe5');
  const extension = text(8, 3, LOWER.extension);
  return extension === '' ? base : `${base}.${extension}`;
}

/** A long name belongs to the following short name only if this sum matches. */
const shortChecksum = (name: Uint8Array): number =>
  name.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);

const fatTime = (date: number, time: number): number =>
  Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2) / 1000;
