import { closeSync, copyFileSync, chmodSync, openSync, readSync, writeSync, constants } from 'node:fs';

/**
 * The last byte of `e_ident`: padding that the kernel ignores and linkers leave zero
 * (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html). A binfmt_misc rule can match it, so a copy with
 * another value there differs from every ordinary program.
 */
export const MARK_OFFSET = 15;

const MARK = 1;

/** Copies an ELF program and marks the copy; returns whether it was one, and copies nothing else. */
export function copyMarked(from: string, to: string): boolean {
  if (!isElf64(readStart(from, 16))) return false;
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, 0o755);
  const file = openSync(to, 'r+');
  try {
    writeSync(file, Uint8Array.of(MARK), 0, 1, MARK_OFFSET);
  } finally {
    closeSync(file);
  }
  return true;
}

/** Bytes of the file header, which the program headers follow. */
const ELF_HEADER = 64;

const PT_INTERP = 3;

/** Whether a 64-bit little-endian ELF program starts without a dynamic loader, and so without any library. */
export function isStatic(path: string): boolean {
  const start = readStart(path, 4096);
  if (!isElf64(start) || start.byteLength < ELF_HEADER) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const table = Number(view.getBigUint64(32, true));
  const [entrySize, count] = [view.getUint16(54, true), view.getUint16(56, true)];
  for (let index = 0; index < count; index += 1) {
    const entry = table + index * entrySize;
    if (entry + 4 > start.byteLength || view.getUint32(entry, true) === PT_INTERP) return false;
  }
  return true;
}

const isElf64 = (start: Uint8Array): boolean =>
  start.byteLength >= 16 && [0x7f, 0x45, 0x4c, 0x46, 2, 1].every((byte, index) => start[index] === byte);

function readStart(path: string, length: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, 0));
  } finally {
    closeSync(file);
  }
}
