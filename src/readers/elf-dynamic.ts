import type { ByteSource } from '../byte-source.ts';
import { BadBytes, LittleEndian, readRange } from './bytes.ts';

/** What the dynamic loader looks for, and what the program itself looks for with dlopen(3). */
export interface ElfDynamic {
  /** Sonames. */
  readonly needed: readonly string[];
  /** Folders that are searched first, as written, including `$ORIGIN`. RUNPATH replaces RPATH. */
  readonly searchPath: readonly string[];
  /** Absolute path of the loader; only programs have one. */
  readonly interpreter: string | undefined;
  readonly dlopen: readonly DlopenNote[];
}

/**
 * A library that is loaded only if a feature is used: https://uapi-group.org/specifications/specs/elf_dlopen_metadata/
 */
export interface DlopenNote {
  readonly feature: string;
  readonly priority: 'required' | 'recommended' | 'suggested';
  /** Alternatives in order of preference. */
  readonly sonames: readonly string[];
}

/**
 * Reads the dynamic section and the dlopen notes of a 64-bit little-endian ELF file. Undefined for any other file, for
 * static programs and for damaged files. Sources: https://gabi.xinuos.com/ (dynamic section) and ld.so(8).
 */
export function readDynamic(source: ByteSource): ElfDynamic | undefined {
  const head = source.read(0, 64);
  // The magic, 64 bits, little-endian.
  if (head.length < 64 || [0x7f, 0x45, 0x4c, 0x46, 2, 1].some((byte, index) => head[index] !== byte)) return undefined;
  try {
    const segments = readSegments(source, new LittleEndian(head));
    const dynamic = segments.find(({ type }) => type === SEGMENT.dynamic);
    if (dynamic === undefined) return undefined;
    return { ...readEntries(source, segments, dynamic), ...readNotes(source, segments) };
  } catch (error) {
    if (error instanceof BadBytes) return undefined;
    throw error;
  }
}

const SEGMENT = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const;
const TAG = { end: 0, needed: 1, stringTable: 5, stringSize: 10, rpath: 15, runpath: 29 } as const;
const LIMIT = { headers: 64 * 1024, entries: 256 * 1024, strings: 8 * 1024 * 1024, text: 4096, notes: 256 * 1024 };

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  readonly align: number;
}

function readSegments(source: ByteSource, head: LittleEndian): readonly Segment[] {
  const [offset, entrySize, count] = [head.u64(32), head.u16(54), head.u16(56)];
  if (entrySize < 56) throw new BadBytes('a program header is too small');
  const range = { offset, size: entrySize * count, limit: LIMIT.headers };
  const table = readRange(source, 'the program header table', range);
  return Array.from({ length: count }, (_, index) => index * entrySize).map((at) => ({
    type: table.u32(at),
    offset: table.u64(at + 8),
    address: table.u64(at + 16),
    size: table.u64(at + 32),
    align: table.u32(at + 48),
  }));
}

function readEntries(source: ByteSource, segments: readonly Segment[], dynamic: Segment) {
  const table = readRange(source, 'the dynamic section', { ...dynamic, limit: LIMIT.entries });
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + 16 <= table.length; at += 16) {
    // Tags of processors and vendors have high bits; none of them matters here.
    const tag = table.u32(at) + table.u32(at + 4) * 2 ** 32;
    if (tag === TAG.end) break;
    if (WANTED.has(tag)) entries.push({ tag, value: table.u64(at + 8) });
  }
  const value = (tag: number): number | undefined => entries.find((entry) => entry.tag === tag)?.value;
  const offset = fileOffset(segments, value(TAG.stringTable) ?? 0);
  const size = value(TAG.stringSize) ?? 0;
  const strings = readRange(source, 'the dynamic string table', { offset, size, limit: LIMIT.strings });
  const paths = value(TAG.runpath) ?? value(TAG.rpath);
  const interpreter = segments.find(({ type }) => type === SEGMENT.interpreter);
  return {
    needed: entries.filter(({ tag }) => tag === TAG.needed).map((entry) => textAt(strings, entry.value)),
    searchPath: paths === undefined ? [] : textAt(strings, paths).split(':').filter((path) => path !== ''),
    interpreter: interpreter === undefined
      ? undefined : textAt(readRange(source, 'the interpreter', { ...interpreter, limit: LIMIT.text }), 0),
  };
}

const WANTED: ReadonlySet<number> = new Set([TAG.needed, TAG.stringTable, TAG.stringSize, TAG.rpath, TAG.runpath]);

function fileOffset(segments: readonly Segment[], address: number): number {
  const inside = segments.find(({ type, address: start, size }) =>
    type === SEGMENT.load && address >= start && address < start + size);
  if (inside === undefined) throw new BadBytes('the dynamic string table lies in no segment');
  return inside.offset + address - inside.address;
}

function textAt({ bytes }: LittleEndian, offset: number): string {
  const end = bytes.indexOf(0, offset);
  if (offset >= bytes.length || end < 0) throw new BadBytes('a string has no end');
  return Buffer.from(bytes.subarray(offset, end)).toString('utf8');
}

/** Owner and type of the note, from the specification. */
const DLOPEN = { owner: 'FDO', type: 0x407c0c0a } as const;

function readNotes(source: ByteSource, segments: readonly Segment[]): { readonly dlopen: readonly DlopenNote[] } {
  const dlopen = segments.filter(({ type }) => type === SEGMENT.note).flatMap((segment) => {
    const notes = readRange(source, 'a note', { offset: segment.offset, size: segment.size, limit: LIMIT.notes });
    return dlopenNotes(notes, segment.align === 8 ? 8 : 4);
  });
  return { dlopen };
}

function dlopenNotes(notes: LittleEndian, align: number): readonly DlopenNote[] {
  const found: DlopenNote[] = [];
  const padded = (size: number): number => Math.ceil(size / align) * align;
  for (let at = 0; at + 12 <= notes.length;) {
    const [nameSize, size, type] = [notes.u32(at), notes.u32(at + 4), notes.u32(at + 8)];
    const start = at + padded(12 + nameSize);
    if (start + size > notes.length) break;
    const name = Buffer.from(notes.bytes.subarray(at + 12, at + 12 + Math.max(nameSize - 1, 0))).toString('latin1');
    const isOurs = type === DLOPEN.type && name === DLOPEN.owner;
    if (isOurs) found.push(...parseNote(notes.bytes.subarray(start, start + size)));
    at = start + padded(size);
  }
  return found;
}

/** A JSON array of objects; anything that does not follow the specification is ignored. */
function parseNote(bytes: Uint8Array): readonly DlopenNote[] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8').replace(/\0+$/, ''));
  } catch {
    return [];
  }
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const { feature, priority, soname } = (entry ?? {}) as Record<string, unknown>;
    if (!Array.isArray(soname)) return [];
    const sonames = soname.filter((name) => typeof name === 'string');
    const level = priority === 'required' || priority === 'suggested' ? priority : 'recommended';
    return [{ feature: typeof feature === 'string' ? feature : '', priority: level, sonames }];
  });
}
