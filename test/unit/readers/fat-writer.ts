const SECTOR = 512;
/** Sectors: one of boot, two tables of one each, one of root folder; data from there on. */
const DATA = 4;

/** A short entry of a FAT folder. */
export function shortEntry(name: string, attributes: number, cluster: number, size = 0, lower = 0): Buffer {
  const entry = Buffer.alloc(32);
  entry.write(name.padEnd(11), 0, 'latin1');
  entry.set([attributes, lower], 11);
  // 2023-11-14 22:13:20
  entry.writeUInt16LE((22 << 11) | (13 << 5) | 10, 22);
  entry.writeUInt16LE((43 << 9) | (11 << 5) | 14, 24);
  entry.writeUInt16LE(cluster, 26);
  entry.writeUInt32LE(size, 28);
  return entry;
}

/** Long entries in front of a short one. */
export function longEntries(name: string, short: string): Buffer {
  let sum = 0;
  for (const byte of Buffer.from(short.padEnd(11), 'latin1')) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  const count = Math.ceil(name.length / 13);
  const pieces = Array.from({ length: count }, (_, index) => {
    const entry = Buffer.alloc(32, 0xff);
    const part = Buffer.from(name.slice(index * 13, index * 13 + 13) + (name.length > index * 13 + 12 ? '' : '\0'), 'utf16le');
    const padded = Buffer.concat([part, Buffer.alloc(26, 0xff)]);
    entry.set([index + 1 + (index === count - 1 ? 0x40 : 0), ...padded.subarray(0, 10), 0x0f, 0, sum, ...padded.subarray(10, 22), 0, 0, ...padded.subarray(22, 26)]);
    return entry;
  });
  return Buffer.concat(pieces.toReversed());
}

/** A FAT12 file system of 64 sectors with clusters of one, from its root folder, its chains and its clusters. */
export function fat12(root: Buffer, chains: readonly (readonly number[])[], clusters: Readonly<Record<number, Buffer>>): Buffer {
  const bytes = Buffer.alloc(64 * SECTOR);
  bytes.set([0xeb, 0x3c, 0x90]);
  bytes.writeUInt16LE(SECTOR, 11);
  bytes.set([1, 1, 0, 2], 13);
  bytes.writeUInt16LE(16, 17);
  bytes.writeUInt16LE(64, 19);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(0x1a2b3c4d, 39);
  bytes.write('ESP        ', 43);
  bytes.writeUInt16LE(0xaa55, 510);
  for (const chain of chains) {
    for (const [index, cluster] of chain.entries()) {
      const [at, next] = [SECTOR + Math.floor(cluster * 1.5), chain[index + 1] ?? 0xfff];
      const pair = bytes.readUInt16LE(at);
      bytes.writeUInt16LE(cluster % 2 === 0 ? (pair & 0xf000) | next : (pair & 0x000f) | (next << 4), at);
    }
  }
  bytes.set(root, 3 * SECTOR);
  for (const [cluster, content] of Object.entries(clusters)) bytes.set(content, (DATA + Number(cluster) - 2) * SECTOR);
  return bytes;
}
