import type { ByteSource } from '../../../src/byte-source.ts';

/** One property inside a property note: its type and its 4-byte values. */
export interface Property {
  readonly type: number;
  readonly value: number;
  /** Claimed size of the data; 4 when absent. */
  readonly size?: number;
}

export const isaNeeded = (value: number): Property => ({ type: 0xc000_8002, value });
export const isaUsed = (value: number): Property => ({ type: 0xc001_0002, value });

export interface ElfPlan {
  readonly bits?: 32 | 64;
  /** e_machine; 62 (x86_64) for 64 bits and 3 (i386) for 32 when absent. */
  readonly machine?: number;
  /** e_type: 1 relocatable, 2 executable, 3 shared, 4 core. */
  readonly type?: number;
  readonly properties?: readonly Property[];
  /** Which headers point at the note. */
  readonly where?: 'PT_GNU_PROPERTY' | 'PT_NOTE' | 'section' | 'nowhere';
  readonly interpreter?: boolean;
  /** Bytes between the program headers and the note, so that the note lies beyond the first read. */
  readonly padding?: number;
  /** Claimed size of the note segment; the real one when absent. */
  readonly noteSize?: number;
  readonly withoutSectionHeaders?: boolean;
  /** Whether the section of the note lacks SHF_ALLOC, as annobin's do. */
  readonly notLoaded?: boolean;
}

/** Makes the bytes of a small little-endian ELF file: header, program headers, note, section headers. */
export const writeElf = (plan: ElfPlan = {}): Uint8Array => {
  const { bits = 64, properties = [isaNeeded(1)], where = 'PT_GNU_PROPERTY', padding = 0 } = plan;
  const wide = bits === 64;
  const [headerSize, programSize, sectionSize] = wide ? [64, 56, 64] : [52, 32, 40];
  const note = propertyNote(properties, bits);
  const segments = segmentsOf(where, plan.interpreter ?? false);
  const noteAt = roundUp(headerSize + segments.length * programSize + padding, 8);
  const sectionsAt = roundUp(noteAt + note.length, 8);
  const sections = plan.withoutSectionHeaders === true ? 0 : 2;
  const bytes = new Uint8Array(sectionsAt + sections * sectionSize);
  const view = new DataView(bytes.buffer);
  const word = (at: number, value: number): void =>
    wide ? view.setBigUint64(at, BigInt(value), true) : view.setUint32(at, value, true);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, 1, 1]);
  view.setUint16(16, plan.type ?? 3, true);
  view.setUint16(18, plan.machine ?? (wide ? 62 : 3), true);
  word(wide ? 32 : 28, headerSize);
  word(wide ? 40 : 32, sections === 0 ? 0 : sectionsAt);
  [headerSize, programSize, segments.length, sectionSize, sections].forEach((value, index) => {
    view.setUint16((wide ? 52 : 40) + index * 2, value, true);
  });
  segments.forEach((type, index) => {
    const at = headerSize + index * programSize;
    const size = type === 1 ? bytes.length : (plan.noteSize ?? note.length);
    view.setUint32(at, type, true);
    word(at + (wide ? 8 : 4), type === 1 ? 0 : noteAt);
    word(at + (wide ? 32 : 16), size);
    word(at + (wide ? 48 : 28), wide ? 8 : 4);
  });
  bytes.set(note, noteAt);
  if (sections > 0 && where === 'section') {
    const at = sectionsAt + sectionSize;
    view.setUint32(at + 4, 7, true);
    word(at + 8, plan.notLoaded === true ? 0 : 2);
    word(at + (wide ? 24 : 16), noteAt);
    word(at + (wide ? 32 : 20), plan.noteSize ?? note.length);
    word(at + (wide ? 48 : 32), wide ? 8 : 4);
  }
  return bytes;
};

/** A build-id note, then NT_GNU_PROPERTY_TYPE_0 with the given properties, padded as the class demands. */
export const propertyNote = (properties: readonly Property[], bits: 32 | 64): Uint8Array => {
  const step = bits === 64 ? 8 : 4;
  const size = properties.length * roundUp(12, step);
  const before = roundUp(12 + 4, step) + roundUp(8, step);
  const bytes = new Uint8Array(before + 16 + size);
  const view = new DataView(bytes.buffer);
  const header = (at: number, descriptor: number, type: number): void => {
    [4, descriptor, type, 0x0055_4e47].forEach((value, index) => view.setUint32(at + index * 4, value, true));
  };
  header(0, 8, 3);
  header(before, size, 5);
  properties.forEach(({ type, value, size: claimed = 4 }, index) => {
    const at = before + 16 + index * roundUp(12, step);
    [type, claimed, value].forEach((number, place) => view.setUint32(at + place * 4, number, true));
  });
  return bytes;
};

const segmentsOf = (where: ElfPlan['where'], interpreter: boolean): readonly number[] => [
  1,
  ...(interpreter ? [3] : []),
  ...(where === 'PT_NOTE' || where === 'PT_GNU_PROPERTY' ? [4] : []),
  ...(where === 'PT_GNU_PROPERTY' ? [0x6474_e553] : []),
];

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** Bytes in memory that remember how much of them was asked for. */
export class CountedBytes implements ByteSource {
  readonly size: number;
  readonly #bytes: Uint8Array;
  reads = 0;
  bytesRead = 0;

  /** `size` may claim more than there is, as a sparse file of terabytes does. */
  constructor(bytes: Uint8Array, size: number = bytes.length) {
    this.#bytes = bytes;
    this.size = size;
  }

  read(offset: number, length: number): Uint8Array {
    this.reads += 1;
    this.bytesRead += length;
    return this.#bytes.slice(offset, offset + length);
  }

  close(): void {}
}
