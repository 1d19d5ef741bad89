import { posix } from 'node:path';
import { ISA } from '../isa/rows.ts';

import type { Host, ToolsOrigin } from '../host/port.ts';
import type { FirmwareKind } from './firmware.ts';
import { machineType } from './qemu-arguments.ts';

export interface Accelerator {
  readonly name: 'kvm' | 'tcg';
  /** The reason for the choice, as a sentence. */
  readonly why: string;
}

const DEVICE = '/dev/kvm';

/** Seconds; with a working KVM, firmware and boot sector take a fraction of one. */
const PATIENCE = 4;

/** The value that the boot sector reports: QEMU exits with twice the value plus one (hw/misc/debugexit.c). */
const VALUE = 0x10;
const WORKS = VALUE * 2 + 1;

/**
 * Whether KVM runs guests on this machine, tested by running one: a boot sector that reports that it was reached. The
 * device alone proves nothing: nested under some hypervisors it opens and guests hang, or it has no system management
 * mode, which Secure Boot needs. So the probe uses the same kind of machine.
 */
export async function chooseAccelerator(
  host: Host,
  tools: ToolsOrigin,
  kind: FirmwareKind,
  folder: string,
): Promise<Accelerator> {
  if ((await host.fs.status(DEVICE)) === undefined) return { name: 'tcg', why: 'this machine has no /dev/kvm' };
  const disk = posix.join(folder, 'probe.img');
  await host.fs.write(disk, bootSector());
  const { status } = await host.run({
    tool: 'timeout',
    args: ['--kill-after=1', String(PATIENCE), ISA.x86_64.qemu.system, ...probeArguments(disk, kind)],
    view: { tools: tools.root, write: [folder], devices: [DEVICE] },
  }, { accept: [1, WORKS, 124, 125, 126, 127, 137] });
  await host.fs.remove(disk);
  if (status === WORKS) return { name: 'kvm', why: 'a guest of one boot sector ran with KVM' };
  const hung = status === 124 || status === 137;
  const obstacle = hung ? `a guest hung on it for ${PATIENCE} seconds` : 'QEMU cannot use it';
  return { name: 'tcg', why: `/dev/kvm exists, but ${obstacle}` };
}

export const probeArguments = (disk: string, kind: FirmwareKind): string[] => [
  '-nodefaults', '-no-user-config', '-machine', machineType({ kind }), '-accel', 'kvm', '-cpu', 'host', '-m', '16', '-display',
  'none', '-no-reboot',
  '-L', '/usr/share/seabios', '-L', '/usr/share/qemu',
  '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04',
  '-drive', `if=ide,format=raw,file=${disk}`,
];

/** 512 bytes that write one value to a port and then halt forever. */
export function bootSector(): Uint8Array {
  const sector = new Uint8Array(512);
  // mov dx, 0xf4; mov al, VALUE; out dx, al; hlt; jmp to the hlt
  sector.set([0xba, 0xf4, 0x00, 0xb0, VALUE, 0xee, 0xf4, 0xeb, 0xfd]);
  sector.set([0x55, 0xaa], 510);
  return sector;
}
