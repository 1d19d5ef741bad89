import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { readFields } from '../fields.ts';
import { sourceOfPieces } from './pieces.ts';
import { BLOCK_STATE, chunkRatio, MIB } from './vhdx-format.ts';
import type { VhdxFacts } from './vhdx.ts';

/** The virtual disk of a VHDX. Throws `BadBytes` if its content depends on another file or on a log. */
export function openVhdx(source: ByteSource, facts: VhdxFacts): ByteSource {
  if (facts.hasParent) throw new BadBytes('a differencing VHDX cannot be read without its parent');
  if (facts.logPending) throw new BadBytes('the VHDX has a log that was not replayed: it was not closed cleanly');
  const { blockSize, bat } = facts;
  const ratio = chunkRatio(blockSize, facts.logicalSectorSize);
  const pieceAt = (offset: number) => {
    const block = Math.floor(offset / blockSize);
    const index = block + Math.floor(block / ratio);
    if (8 * index + 8 > bat.length) throw new BadBytes('the VHDX block table is shorter than the disk');
    const entry = readFields(source, 'the VHDX block table', bat.offset + 8 * index, 8);
    const end = (block + 1) * blockSize;
    const state = entry.u8(0) & 7;
    if (state === BLOCK_STATE.partiallyPresent) throw new BadBytes('a VHDX without parent has a partial block');
    if (state !== BLOCK_STATE.fullyPresent) return { end, read: undefined };
    // Bits 20 to 63 are an offset in MiB. With the lower bits cleared they are the offset in bytes.
    const start = Number(entry.big(0) >> 20n) * MIB - block * blockSize;
    return { end, read: (at: number, length: number) => readFields(source, 'a VHDX block', start + at, length).bytes };
  };
  return sourceOfPieces(facts.size, pieceAt, () => source.close());
}
