import { BadBytes, LittleEndian } from '../../hardware/bytes.ts';

/** An EFI program: https://learn.microsoft.com/windows/win32/debug/pe-format */
export interface PeFile {
  readonly architecture: 'x86_64' | 'aarch64' | 'other';
  /** Content by name of the section, such as `.cmdline`; of two of one name the first. */
  readonly sections: ReadonlyMap<string, Uint8Array>;
  /** The table of signatures; empty where it is not signed. */
  readonly certificates: Uint8Array;
  /** What a signature is about, piece by piece: all but the checksum, the table of signatures, and where that is. */
  readonly signedContent: readonly Uint8Array[];
}

const MACHINES: Readonly<Record<number, PeFile['architecture']>> = { 0x8664: 'x86_64', 0xaa64: 'aarch64' };
const SECTION = 40;
const SYMBOL = 18;
/** Offsets in the optional header; of the data directories of PE32+ the one of certificates. */
const CHECKSUM = 64;
const CERTIFICATES = 112 + 4 * 8;

/** Reads an EFI program. Throws `BadBytes` for what is none, or is cut short. */
export function parsePe(bytes: Uint8Array): PeFile {
  const file = new LittleEndian(bytes);
  if (text(file, 0, 2) !== 'MZ') throw new BadBytes('there is no `MZ`');
  const header = file.u32(60);
  if (file.u32(header) !== 0x4550) throw new BadBytes('there is no `PE` signature');
  const optional = header + 24;
  const plus = file.u16(optional) === 0x20b;
  const table = optional + file.u16(header + 20);
  const names = file.u32(header + 12) + file.u32(header + 16) * SYMBOL;
  const sections = new Map<string, Uint8Array>();
  for (let index = 0; index < file.u16(header + 6); index += 1) {
    const at = table + index * SECTION;
    const name = sectionName(file, at, names);
    const size = Math.min(file.u32(at + 8), file.u32(at + 16));
    if (!sections.has(name)) sections.set(name, slice(file, file.u32(at + 20), size));
  }
  const entry = plus ? optional + CERTIFICATES : optional + CERTIFICATES - 16;
  const size = entry + 8 <= table ? file.u32(entry + 4) : 0;
  const start = size === 0 ? file.length : file.u32(entry);
  return {
    architecture: MACHINES[file.u16(header + 4)] ?? 'other',
    sections,
    certificates: slice(file, start, size),
    signedContent: [
      bytes.subarray(0, optional + CHECKSUM), bytes.subarray(optional + CHECKSUM + 4, entry),
      bytes.subarray(entry + 8, start), bytes.subarray(start + size),
    ],
  };
}

/** A name of more than eight letters is `/` and where it is after the table of symbols. */
function sectionName(file: LittleEndian, at: number, names: number): string {
  const name = text(file, at, 8);
  const place = /^\/(\d+)$/.exec(name)?.[1];
  if (place === undefined) return name;
  const start = names + Number(place);
  const end = file.bytes.indexOf(0, start);
  return end < 0 ? name : text(file, start, end - start);
}

function slice({ bytes }: LittleEndian, start: number, size: number): Uint8Array {
  if (start + size > bytes.length) throw new BadBytes('a structure is cut short');
  return bytes.subarray(start, start + size);
}

/** Latin-1 up to the first NUL. */
const text = (file: LittleEndian, start: number, size: number): string =>
  Buffer.from(slice(file, start, size)).toString('latin1').replace(/\0.*$/s, '');
