import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import { openDisk } from '../formats/open-disk.ts';
import { DISK_LABELS, formatRow } from '../formats/rows.ts';
import type { DiskRow } from '../formats/row.ts';
import { listOf } from '../definition/index.ts';
import { readPartitions } from '../readers/read-partitions.ts';
import { stages, type Emit } from '../events.ts';
import { qemuModel } from '../isa/qemu-models.ts';
import type { Level } from '../isa/levels.ts';
import type { Host, ToolsOrigin } from '../host/port.ts';
import type { FirmwareKind } from '../guest/firmware.ts';
import { guestFailure } from '../guest/guest-failure.ts';
import { runGuest, type GuestResult } from '../guest/run-guest.ts';

export interface BootRequest {
  /** Absolute path. */
  readonly image: string;
  /** Level of the processor; the highest that the emulator offers if undefined. */
  readonly level?: Level | undefined;
  readonly secureBoot: boolean;
  /** Seconds. */
  readonly timeout: number;
  /** MiB. */
  readonly memory?: number | undefined;
  /** Absolute path of a seed of cloud-init, which `hew seed` makes. */
  readonly seed?: string | undefined;
  /** Whether the guest has a network card. */
  readonly network: boolean;
  /** Where QEMU is. */
  readonly tools: ToolsOrigin;
}

/**
 * Boots a temporary overlay of an image and waits until its systemd has started everything. Throws `HewError`, with the
 * end of the console, when the file is no disk image or the guest is not healthy.
 */
export async function bootImage(host: Host, request: BootRequest, emit: Emit): Promise<GuestResult> {
  const { image, level, secureBoot, timeout, memory, seed, network, tools } = request;
  const { row: { driver: format, biosBus }, bios } = await describeDisk(host, image);
  if (seed !== undefined && (await host.fs.status(await host.fs.realPath(seed)))?.kind !== 'file') {
    throw new HewError({ code: 'artifact-not-found', message: `there is no file ${seed}`, hint: 'make it with `hew seed --user NAME --ssh-key FILE`' });
  }
  const cpu = level === undefined ? 'max' : qemuModel(level);
  if (cpu === undefined) {
    throw new HewError({ code: 'emulation-unavailable', message: `QEMU emulates no processor of level ${level}`, hint: 'leave --cpu out, or boot on a machine that has it' });
  }
  if (bios && secureBoot) {
    throw new HewError({
      code: 'secure-boot-needs-uefi',
      message: `${image} boots by BIOS, which has no Secure Boot: it has no EFI system partition`,
      hint: 'leave --secure-boot out, or build it with boot.firmware = "uefi"',
    });
  }
  const firmware: FirmwareKind = bios ? 'bios' : secureBoot ? 'uefi-secure-boot' : 'uefi';
  const stage = { id: 'boot', title: `boot with ${firmware}, -cpu ${cpu}` };
  emit({ kind: 'planned', title: posix.basename(image), stages: [stage] });
  const staged = stages(() => host.clock.seconds(), emit, new Map());
  const bus = bios ? biosBus : undefined;
  const guest = { image, format, firmware, cpu, tools, timeout, seed, network, memory, ...(bus === undefined ? {} : { bus }) };
  const result = await staged(stage, (detail) => runGuest(host, guest, detail));
  const failure = guestFailure(result, image);
  if (failure !== undefined) throw failure;
  return result;
}

/** The type of an EFI system partition in a GPT and in an MBR. */
const ESP_TYPES: readonly string[] = ['c12a7328-f81f-11d2-ba4b-00a0c93ec93b', '0xef'];

/** The format of an image, and whether it boots by BIOS: an image for UEFI has an EFI system partition. */
async function describeDisk(host: Host, image: string): Promise<{ row: DiskRow & { driver: NonNullable<DiskRow['driver']> }; bios: boolean }> {
  if ((await host.fs.status(image)) === undefined) throw new HewError({ code: 'artifact-not-found', message: `there is no file ${image}`, hint: 'check the path' });
  const source = host.fs.openBytes(image);
  try {
    const disk = openDisk(source);
    const row = disk.ok ? formatRow(disk.value.format).disk : undefined;
    if (!disk.ok || row?.driver === undefined) {
      throw new HewError({ code: 'artifact-unknown', message: `${image} is not a disk image that hew can boot`, hint: `hew boots ${listOf(DISK_LABELS, 'and')}` });
    }
    const table = readPartitions(disk.value.content);
    return { row: { ...row, driver: row.driver }, bios: table.ok && !table.value.partitions.some(({ type }) => ESP_TYPES.includes(type)) };
  } finally {
    source.close();
  }
}
