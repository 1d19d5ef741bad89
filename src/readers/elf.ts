import type { ByteSource } from '../byte-source.ts';
import { BadBytes, LittleEndian, readRange } from './bytes.ts';
import { ARCHITECTURES, ISA, type Architecture, type Level } from '../isa/rows.ts';
import { isaOfNote, type IsaProperties } from './elf-note.ts';

/** A processor whose files hew checks; any other is `foreign`. */
export type ElfMachine = Architecture | 'i386';

export type ElfType = 'relocatable' | 'executable' | 'shared' | 'core' | 'other';

export interface ElfFile {
  readonly kind: 'elf';
  readonly machine: ElfMachine;
  readonly bits: 32 | 64;
  readonly type: ElfType;
  /** Whether it has PT_INTERP: then the loader checks its needs. Static programs and libraries have none. */
  readonly dynamic: boolean;
  /** glibc refuses the file below this level; undefined if it declares none. */
  readonly needed: Level | undefined;
  /** The level of the highest instructions in it, perhaps behind a check at run time. */
  readonly used: Level | undefined;
  /** Needed bits beyond the known levels; almost always 0. */
  readonly unknownNeeds: number;
  /** Where the declaration was found. */
  readonly declaredIn: 'PT_GNU_PROPERTY' | 'PT_NOTE' | 'section' | undefined;
}

export type ElfReading =
  | ElfFile
  | { readonly kind: 'not-elf' }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'foreign'; readonly machine: number; readonly bits: 32 | 64; readonly bigEndian: boolean };

/**
 * Reads the declarations of an ELF file from its headers and notes alone: for nearly every file these are in the first
 * 4 KiB. Never throws for bad bytes, and never reads more than about 700 KiB, whatever sizes the file claims. Sources:
 * https://gabi.xinuos.com/ (header, program header, note section) and, for the property, the Linux extensions of the
 * x86-64 psABI (https://gitlab.com/x86-psABIs/Linux-ABI, section 2.1.7).
 */
export const readElf = (source: ByteSource): ElfReading => {
  const head = source.read(0, headBytes);
  if (!isElf(head)) return { kind: 'not-elf' };
  try {
    return readHeader(source, head);
  } catch (error) {
    if (error instanceof BadBytes) return { kind: 'damaged', reason: error.message };
    throw error;
  }
};

/** Bytes that are read first: they hold the program headers and notes of nearly every file. */
export const headBytes = 4096;

const limits = {
  /** Linux accepts 65,535 program headers; files of distributions have at most a few dozen. */
  programHeaders: 64 * 1024,
  /** Kernel modules and `-ffunction-sections` objects have thousands of sections. */
  sectionHeaders: 256 * 1024,
  note: 64 * 1024,
  allNotes: 256 * 1024,
};

const machines: ReadonlyMap<number, ElfMachine> = new Map([[3, 'i386'], ...ARCHITECTURES.map((arch) => [ISA[arch].elfMachine, arch] as const)]);
const types: readonly ElfType[] = ['other', 'relocatable', 'executable', 'shared', 'core'];
const segment = { load: 1, interpreter: 3, note: 4, property: 0x6474e553 };
const noteSection = 7;
const allocated = 2;

const isElf = (head: Uint8Array): boolean =>
  head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;

interface Layout {
  readonly bits: 32 | 64;
  readonly programHeaders: Table;
  readonly sectionHeaders: Table;
}

interface Table {
  readonly offset: number;
  readonly entrySize: number;
  readonly count: number;
}

const readHeader = (source: ByteSource, bytes: Uint8Array): ElfReading => {
  const [bits, bigEndian] = identify(bytes);
  if (bytes.length < (bits === 64 ? 64 : 52)) throw new BadBytes('the ELF header is cut short');
  const head = new LittleEndian(bytes);
  const rawMachine = bigEndian ? ((bytes[18] ?? 0) << 8) | (bytes[19] ?? 0) : head.u16(18);
  const machine = machines.get(rawMachine);
  if (bigEndian || machine === undefined) return { kind: 'foreign', machine: rawMachine, bits, bigEndian };
  const type = types[head.u16(16)] ?? 'other';
  const file = { kind: 'elf', machine, bits, type } as const;
  const silent = { needed: undefined, used: undefined, unknownNeeds: 0, declaredIn: undefined };
  // Notes of a core dump describe a process and may be huge.
  if (type === 'core') return { ...file, ...silent, dynamic: false };
  const layout = layoutOf(head, bits);
  checkEnd(source, layout);
  const segments = readSegments(source, head, layout);
  checkSegments(source, segments, layout);
  const declared = declarationOf(source, head, layout, segments);
  return { ...file, ...silent, ...declared, dynamic: segments.some(({ type }) => type === segment.interpreter) };
};

const identify = (bytes: Uint8Array): readonly [32 | 64, boolean] => {
  const [bits, order] = [bytes[4], bytes[5]];
  if ((bits === 1 || bits === 2) && (order === 1 || order === 2)) return [bits === 2 ? 64 : 32, order === 2];
  throw new BadBytes('the ELF identification is invalid');
};

const layoutOf = (head: LittleEndian, bits: 32 | 64): Layout => {
  const wide = bits === 64;
  const table = (offset: number, sizeAt: number, smallest: number): Table => {
    const [entrySize, count] = [head.u16(sizeAt), head.u16(sizeAt + 2)];
    if (offset === 0 || count === 0) return { offset: 0, entrySize, count: 0 };
    if (entrySize < smallest) throw new BadBytes(`a header table has entries of ${entrySize} bytes`);
    return { offset, entrySize, count };
  };
  return {
    bits,
    programHeaders: table(wide ? head.u64(32) : head.u32(28), wide ? 54 : 42, wide ? 56 : 32),
    sectionHeaders: table(wide ? head.u64(40) : head.u32(32), wide ? 58 : 46, wide ? 64 : 40),
  };
};

// Linkers write the section headers last, so they are missing from any file that is cut short.
const checkEnd = (source: ByteSource, { sectionHeaders: { offset, entrySize, count } }: Layout): void => {
  const end = offset + entrySize * count;
  if (end > source.size) throw new BadBytes('the section headers reach beyond the end of the file');
};

interface Range {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly align: number;
}

const readSegments = (source: ByteSource, head: LittleEndian, layout: Layout): readonly Range[] => {
  const { offset, entrySize, count } = layout.programHeaders;
  const size = entrySize * count;
  const range = { offset, size, limit: limits.programHeaders };
  const inHead = offset + size <= head.length;
  const table = inHead ? head : readRange(source, 'the program header table', range);
  const [start, wide] = [inHead ? offset : 0, layout.bits === 64];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * entrySize;
    return {
      type: table.u32(at),
      offset: wide ? table.u64(at + 8) : table.u32(at + 4),
      size: wide ? table.u64(at + 32) : table.u32(at + 16),
      align: wide ? table.u32(at + 48) : table.u32(at + 28),
    };
  });
};

// If a file has section headers, they were checked already. Files with detached debug information keep the headers of
// segments whose content they no longer have.
const checkSegments = (source: ByteSource, segments: readonly Range[], { sectionHeaders }: Layout): void => {
  if (sectionHeaders.count > 0) return;
  const beyond = segments.some(({ type, offset, size }) => type === segment.load && offset + size > source.size);
  if (beyond) throw new BadBytes('a segment reaches beyond the end of the file');
};

type Declaration = IsaProperties & { readonly declaredIn: 'PT_GNU_PROPERTY' | 'PT_NOTE' | 'section' };

// In order of precedence: what the kernel and glibc read, what older linkers wrote, what relocatable files have.
const declarationOf = (
  source: ByteSource,
  head: LittleEndian,
  layout: Layout,
  segments: readonly Range[],
): Declaration | undefined => {
  const budget = { left: limits.allNotes };
  const inRanges = (ranges: readonly Range[], declaredIn: Declaration['declaredIn']): Declaration | undefined => {
    for (const range of ranges) {
      const found = isaOfNote(readNote(source, head, range, budget), layout.bits, range.align);
      if (found !== undefined) return { ...found, declaredIn };
    }
    return undefined;
  };
  const properties = segments.filter(({ type }) => type === segment.property);
  if (properties.length > 0) return inRanges(properties, 'PT_GNU_PROPERTY');
  const notes = segments.filter(({ type }) => type === segment.note);
  return inRanges(notes, 'PT_NOTE') ?? inRanges(readNoteSections(source, layout), 'section');
};

const readNote = (source: ByteSource, head: LittleEndian, range: Range, budget: { left: number }): LittleEndian => {
  const { offset, size } = range;
  budget.left -= size;
  if (budget.left < 0) throw new BadBytes('the notes claim more bytes than any real ones have');
  if (offset + size <= head.length) return new LittleEndian(head.bytes.subarray(offset, offset + size));
  return readRange(source, 'a note', { offset, size, limit: limits.note });
};

const readNoteSections = (source: ByteSource, { bits, sectionHeaders }: Layout): readonly Range[] => {
  const { offset, entrySize, count } = sectionHeaders;
  if (count === 0) return [];
  const wide = bits === 64;
  const range = { offset, size: entrySize * count, limit: limits.sectionHeaders };
  const table = readRange(source, 'the section header table', range);
  return Array.from({ length: count }, (_, index) => index * entrySize)
    // Sections that are not loaded are about the build: annobin's notes alone, in RHEL 8, take up to a megabyte.
    .filter((at) => table.u32(at + 4) === noteSection && (table.u32(at + 8) & allocated) !== 0)
    .map((at) => ({
      type: noteSection,
      offset: wide ? table.u64(at + 24) : table.u32(at + 16),
      size: wide ? table.u64(at + 32) : table.u32(at + 20),
      align: wide ? table.u32(at + 48) : table.u32(at + 32),
    }));
};
