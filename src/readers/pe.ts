import { createHash } from 'node:crypto';

import { piecesOf, type ByteSource } from '../byte-source.ts';
import { findArchitecture, type Architecture } from '../isa/rows.ts';
import { BadBytes, readRange } from './bytes.ts';
import { LIMITS } from './limits.ts';

/** An EFI program: https://learn.microsoft.com/windows/win32/debug/pe-format */
export interface PeFile {
  readonly architecture: Architecture | 'other';
  /** By name, such as `.cmdline`; the first of equal names. */
  readonly sections: ReadonlyMap<string, PeSection>;
  /** The table of signatures; empty if it is not signed. */
  readonly certificates: Uint8Array;
  /**
   * SHA-256 of the signed content: everything except the checksum, the table of signatures and its position. Undefined
   * if it is not signed, or if programs disagree about the digest of its layout.
   */
  readonly digest: Uint8Array | undefined;
}

export interface PeSection {
  /** Offset in the file. */
  readonly start: number;
  readonly size: number;
  /** Content of a small section. Kernels and initrds are not read into memory. */
  readonly content: Uint8Array | undefined;
}

const SECTION = 40;
const SYMBOL = 18;
/** Offsets in the optional header, the certificate directory in that of PE32+. */
const CHECKSUM = 64;
const SIZE_OF_HEADERS = 60;
const CERTIFICATES = 112 + 4 * 8;

/** Reads an EFI program. Throws `BadBytes` if it is none, or is cut short. */
export function parsePe(source: ByteSource): PeFile {
  const file = readRange(source, 'the header', { offset: 0, size: Math.min(source.size, LIMITS.pe.header), limit: LIMITS.pe.header });
  if (text(file.bytes.subarray(0, 2)) !== 'MZ') throw new BadBytes('there is no `MZ`');
  const header = file.u32(60);
  if (file.u32(header) !== 0x4550) throw new BadBytes('there is no `PE` signature');
  const optional = header + 24;
  const plus = file.u16(optional) === 0x20b;
  const table = optional + file.u16(header + 20);
  const names = file.u32(header + 12) + file.u32(header + 16) * SYMBOL;
  const sections = new Map<string, PeSection>();
  const stored: Range[] = [];
  let kept = 0;
  if (file.u16(header + 6) > LIMITS.pe.sections) throw new BadBytes(`it has ${file.u16(header + 6)} sections, and firmware takes ${LIMITS.pe.sections}`);
  for (let index = 0; index < file.u16(header + 6); index += 1) {
    const at = table + index * SECTION;
    const size = Math.min(file.u32(at + 8), file.u32(at + 16));
    stored.push([file.u32(at + 20), file.u32(at + 20) + file.u32(at + 16)]);
    const name = sectionName(source, text(file.bytes.subarray(at, at + 8)), names);
    if (sections.has(name)) continue;
    const section = readSection(source, file.u32(at + 20), size);
    kept += section.content?.length ?? 0;
    if (kept > LIMITS.pe.contents) throw new BadBytes('its small sections hold more than those of any real program');
    sections.set(name, section);
  }
  const entry = plus ? optional + CERTIFICATES : optional + CERTIFICATES - 16;
  const size = entry + 8 <= table ? file.u32(entry + 4) : 0;
  const start = size === 0 ? source.size : file.u32(entry);
  const isWhole = start + size === source.size && followEachOther(file.u32(optional + SIZE_OF_HEADERS), stored, start);
  const signed: readonly Range[] = [[0, optional + CHECKSUM], [optional + CHECKSUM + 4, entry], [entry + 8, start]];
  return {
    architecture: findArchitecture(({ peMachine }) => peMachine === file.u16(header + 4)) ?? 'other',
    sections,
    certificates: readRange(source, 'the table of signatures', { offset: start, size, limit: LIMITS.pe.certificates }).bytes,
    digest: size === 0 || !isWhole ? undefined : digestOf(source, signed),
  };
}

function readSection(source: ByteSource, start: number, size: number): PeSection {
  if (start + size > source.size) throw new BadBytes('a section is cut short');
  return { start, size, content: size > LIMITS.pe.content ? undefined : source.read(start, size) };
}

/** For a name of more than eight letters, `/` and its offset behind the symbol table. */
function sectionName(source: ByteSource, name: string, names: number): string {
  const place = /^\/(\d+)$/.exec(name)?.[1];
  if (place === undefined) return name;
  const longer = text(source.read(names + Number(place), 256));
  return longer === '' ? name : longer;
}

type Range = readonly [start: number, end: number];

/**
 * Whether header and sections are contiguous. The digest covers the header, the sections by position, and the rest of
 * the file: only without gaps are these all bytes in order. "Windows Authenticode Portable Executable Signature
 * Format", "Calculating the PE Image Hash".
 */
function followEachOther(header: number, sections: readonly Range[], end: number): boolean {
  let at = header;
  for (const [start, next] of sections.filter(([from, to]) => to > from).toSorted(([a], [b]) => a - b)) {
    if (start !== at) return false;
    at = next;
  }
  return at <= end;
}

function digestOf(source: ByteSource, ranges: readonly Range[]): Uint8Array {
  const hash = createHash('sha256');
  for (const [start, end] of ranges) for (const piece of piecesOf(source, start, Math.max(0, end - start))) hash.update(piece);
  return hash.digest();
}

/** Latin-1 up to the first NUL. */
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/\0.*$/s, '');
