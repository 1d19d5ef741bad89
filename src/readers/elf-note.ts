import { BadBytes, type LittleEndian } from './bytes.ts';
import { levels, type Level } from '../isa/rows.ts';

/** Instruction set properties in `.note.gnu.property`. */
export interface IsaProperties {
  readonly needed: Level | undefined;
  readonly used: Level | undefined;
  /** Needed bits beyond the known levels. */
  readonly unknownNeeds: number;
}

/**
 * Finds NT_GNU_PROPERTY_TYPE_0 in a run of ELF notes and reads its instruction set properties; undefined if there are
 * none. Throws `BadBytes` for impossible sizes.
 *
 * Only GNU_PROPERTY_X86_ISA_1_NEEDED (0xc0008002) and _USED (0xc0010002) are about levels. The older pairs 0xc0000000,
 * 0xc0000001 and 0xc0008000, 0xc0010000 used the same bits for single extensions; like glibc, this reader ignores them.
 * Source: https://gitlab.com/x86-psABIs/Linux-ABI, section 2.1.7; binutils `include/elf/common.h`.
 */
export const isaOfNote = (notes: LittleEndian, bits: 32 | 64, align: number): IsaProperties | undefined => {
  // Notes are padded to 4 bytes, but 64-bit property notes to 8.
  const step = align === 8 ? 8 : 4;
  for (let at = 0; at + 12 <= notes.length; ) {
    const [nameSize, size, type] = [notes.u32(at), notes.u32(at + 4), notes.u32(at + 8)];
    const start = roundUp(at + 12 + nameSize, step);
    if (start + size > notes.length) throw new BadBytes('a note reaches beyond its segment');
    if (type === gnuPropertyNote && isGnu(notes, at + 12, nameSize)) {
      const found = isaOfProperties(notes, start, start + size, bits === 64 ? 8 : 4);
      if (found !== undefined) return found;
    }
    at = roundUp(start + size, step);
  }
  return undefined;
};

const gnuPropertyNote = 5;
const isa1Needed = 0xc000_8002;
const isa1Used = 0xc001_0002;
const gnu = 0x0055_4e47;

const isGnu = (notes: LittleEndian, at: number, size: number): boolean => size === 4 && notes.u32(at) === gnu;

const isaOfProperties = (notes: LittleEndian, start: number, end: number, step: 4 | 8): IsaProperties | undefined => {
  let [found, needed, used] = [false, 0, 0];
  for (let at = start; at < end; ) {
    if (at + 8 > end) throw new BadBytes('a property is cut short');
    const [type, size] = [notes.u32(at), notes.u32(at + 4)];
    if (at + 8 + size > end) throw new BadBytes('a property reaches beyond its note');
    if (type === isa1Needed || type === isa1Used) {
      if (size !== 4) throw new BadBytes(`an instruction set property has ${size} bytes instead of 4`);
      found = true;
      if (type === isa1Needed) needed |= notes.u32(at + 8);
      else used |= notes.u32(at + 8);
    }
    at = roundUp(at + 8 + size, step);
  }
  if (!found) return undefined;
  return { needed: levelOfBits(needed), used: levelOfBits(used), unknownNeeds: (needed & ~0xf) >>> 0 };
};

// BASELINE = 1, V2 = 2, V3 = 4, V4 = 8: the highest one is the level.
const levelOfBits = (bits: number): Level | undefined => levels.findLast((_, index) => (bits & (1 << index)) !== 0);

const roundUp = (value: number, step: 4 | 8): number => Math.ceil(value / step) * step;
