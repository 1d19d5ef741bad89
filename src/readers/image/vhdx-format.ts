/** Numbers and GUIDs of [MS-VHDX]: https://learn.microsoft.com/openspecs/windows_protocols/ms-vhdx */

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** Section 2.2: the file begins with an identifier, two headers and two region tables, each in 64 KiB of its own. */
export const VHDX_LAYOUT = {
  identifier: 0,
  headers: [64 * KIB, 128 * KIB],
  regionTables: [192 * KIB, 256 * KIB],
  headerSize: 4 * KIB,
  regionTableSize: 64 * KIB,
} as const;

export const VHDX_COOKIE = 'vhdxfile';

export const REGION = {
  bat: '2dc27766-f623-4200-9d64-115e9bfd4a08',
  metadata: '8b7ca206-4790-4b9a-b8fe-575f050f886e',
} as const;

/** Section 2.6.2. */
export const METADATA = {
  fileParameters: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b',
  virtualDiskSize: '2fa54224-cd1b-4876-b211-5dbed83bf4b8',
  virtualDiskId: 'beca12ab-b2e6-4523-93ef-c309e000c746',
  logicalSectorSize: '8141bf1d-a96f-4709-ba47-f233a8faab5f',
  physicalSectorSize: 'cda348c7-445d-4471-9cc9-e9885251c556',
  parentLocator: 'a8d35f2d-b30b-454d-abf7-d3d84834ab0c',
} as const;

/** Section 2.5.1.1: states of a payload block in the block allocation table. */
export const BLOCK_STATE = { notPresent: 0, undefined: 1, zero: 2, unmapped: 3, fullyPresent: 6, partiallyPresent: 7 } as const;

export const NO_GUID = '00000000-0000-0000-0000-000000000000';

/** Section 2.5: payload blocks for each sector bitmap entry of the table. */
export const chunkRatio = (blockSize: number, logicalSectorSize: number): number =>
  (2 ** 23 * logicalSectorSize) / blockSize;

/** Entries of the table of a disk without parent: bitmap entries are only between chunks. */
export const batEntries = (blocks: number, ratio: number): number =>
  blocks === 0 ? 0 : blocks + Math.floor((blocks - 1) / ratio);
