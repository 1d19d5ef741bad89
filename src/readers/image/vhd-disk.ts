import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { readFields } from '../fields.ts';
import { partOf, sourceOfPieces } from './pieces.ts';
import { readVhdDynamicHeader, VHD_FOOTER_SIZE, type VhdFooter } from './vhd.ts';

/** The virtual disk of a VHD. Throws `BadBytes` if it cannot be read. */
export function openVhd(source: ByteSource, footer: VhdFooter): ByteSource {
  if (footer.diskType === 'fixed') {
    return partOf(source, 0, source.size - VHD_FOOTER_SIZE, () => source.close());
  }
  if (footer.diskType !== 'dynamic' || footer.headerOffset === undefined) {
    throw new BadBytes(`a VHD of type ${footer.diskType} cannot be read by itself`);
  }
  return openDynamic(source, footer.currentSize, footer.headerOffset);
}

const UNUSED = 0xffff_ffff;

/** Each block begins with a bitmap of its sectors, padded to 512 bytes, followed by all of its bytes. */
function openDynamic(source: ByteSource, size: number, headerOffset: number): ByteSource {
  const { tableOffset, tableEntries, blockSize } = readVhdDynamicHeader(source, headerOffset);
  const bitmapSize = Math.ceil(blockSize / 512 / 8 / 512) * 512;
  if (tableEntries * blockSize < size) throw new BadBytes('the VHD has fewer blocks than its size needs');
  const pieceAt = (offset: number) => {
    const block = Math.floor(offset / blockSize);
    const sector = readFields(source, 'the VHD block table', tableOffset + 4 * block, 4, 'big').u32(0);
    const end = (block + 1) * blockSize;
    if (sector === UNUSED) return { end, read: undefined };
    const data = sector * 512 + bitmapSize - block * blockSize;
    return { end, read: (at: number, length: number) => readFields(source, 'a VHD block', data + at, length).bytes };
  };
  return sourceOfPieces(size, pieceAt, () => source.close());
}
