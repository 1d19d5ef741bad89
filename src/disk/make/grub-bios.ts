import type { GrubBios } from '../../boot-files.ts';
import { HewError } from '../../errors.ts';
import type { DiskLayout } from '../layout/plan-layout.ts';

/** Bytes to write at offsets of the disk. */
export interface DiskPatch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const SECTOR = 512;
/** Offsets and values of GRUB's include/grub/i386/pc/boot.h and util/setup.c. */
const BOOT = { codeStart: 0x5a, kernelSector: 0x5c, driveCheck: 0x66, codeEnd: 0x1b8 } as const;
const CORE = { firstList: SECTOR - 12, segment: 0x820 } as const;

/**
 * Where GRUB for BIOS goes, as grub-bios-setup(8) would put it, which needs a device to do so: the code of boot.img
 * into the first sector beside the partition table, core.img as it is into the BIOS boot partition (GPT) or behind the
 * first sector (MBR), and in each the number of the sector at which the other part begins.
 * Throws `HewError` when core.img does not fit.
 */
export function placeGrub({ boot, core }: GrubBios, layout: DiskLayout): readonly DiskPatch[] {
  const place = roomForCore(layout);
  if (boot.length !== SECTOR) throw bad(`boot.img has ${boot.length} bytes and not ${SECTOR}`);
  if (core.length <= SECTOR || core.length > place.size) throw bad(`core.img has ${core.length} bytes, and there is room for ${place.size}`);
  const first = Uint8Array.from(boot);
  const view = new DataView(first.buffer);
  view.setBigUint64(BOOT.kernelSector, BigInt(place.offset / SECTOR), true);
  // Two NOPs: trust no BIOS to say which drive it booted from.
  view.setUint16(BOOT.driveCheck, 0x9090, true);
  return [
    { offset: 0, bytes: first.subarray(0, 3) },
    { offset: BOOT.codeStart, bytes: first.subarray(BOOT.codeStart, BOOT.codeEnd) },
    { offset: place.offset, bytes: listSectors(core, place.offset / SECTOR) },
  ];
}

/** The first sector of core.img ends in a list of where the others are: here one run, right behind it. */
function listSectors(core: Uint8Array, sector: number): Uint8Array {
  const placed = new Uint8Array(Math.ceil(core.length / SECTOR) * SECTOR);
  placed.set(core);
  const view = new DataView(placed.buffer);
  view.setBigUint64(CORE.firstList, BigInt(sector + 1), true);
  view.setUint16(CORE.firstList + 8, placed.length / SECTOR - 1, true);
  view.setUint16(CORE.firstList + 10, CORE.segment, true);
  return placed;
}

function roomForCore({ label, partitions }: DiskLayout): { offset: number; size: number } {
  if (label === 'mbr') {
    const first = Math.min(...partitions.map(({ start }) => start));
    return { offset: SECTOR, size: first - SECTOR };
  }
  const partition = partitions.find(({ role }) => role === 'bios-boot');
  if (partition === undefined) throw bad('the disk has no BIOS boot partition');
  return { offset: partition.start, size: partition.size };
}

const bad = (message: string): HewError =>
  new HewError({ code: 'grub-bios', message: `GRUB for BIOS cannot be installed: ${message}` });
