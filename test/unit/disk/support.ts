import type { Definition, Partition } from '../../../src/definition/index.ts';
import type { ByteSource } from '../../../src/byte-source.ts';

/** Bytes in memory as a source. */
export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length)),
  close: () => {},
});

/** Pieces at offsets, zeros between. */
export function bytesOfPieces(size: number, pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[]): Buffer {
  const whole = Buffer.alloc(size);
  for (const { offset, bytes } of pieces) whole.set(bytes, offset);
  return whole;
}

export const partition = (mount: string, more: Partial<Partition> = {}): Partition => ({
  mount, options: [], 'mkfs-options': [], subvolumes: [], ...more,
});

export const boot = (more: Partial<NonNullable<Definition['boot']>> = {}): NonNullable<Definition['boot']> => ({
  firmware: 'uefi', loader: 'systemd-boot', initrd: 'systemd', 'initrd-drivers': [], 'secure-boot': 'off', 'grow-root': true, ...more,
});

export const MIB = 2 ** 20;
