import { ISA, type Firmware } from '../isa/rows.ts';
import type { FirmwareKind } from './firmware.ts';

/** A machine to start. Paths are absolute and the same inside the sandbox. */
export interface GuestMachine {
  /** The temporary overlay, in qcow2. */
  readonly disk: string;
  readonly kind: FirmwareKind;
  /** With the copy of the variable store; undefined for BIOS. */
  readonly firmware?: Firmware;
  readonly accelerator: 'kvm' | 'tcg';
  /** A CPU model of QEMU; `max` has all features of the accelerator. */
  readonly cpu: string;
  /** MiB. */
  readonly memory: number;
  readonly processors: number;
  /** Files for the console and the guest's report. */
  readonly console: string;
  readonly report: string;
  /** systemd credentials by name, for PID 1 of the guest: systemd.system-credentials(7). */
  readonly credentials: Readonly<Record<string, string>>;
  readonly bus?: 'virtio' | 'scsi' | 'nvme' | 'ide';
  /** A seed of cloud-init, as a second disk that cannot be written. */
  readonly seed?: string | undefined;
  /** A network card with DHCP behind it, from which nothing is reached. */
  readonly network?: boolean | undefined;
}

/** Arguments of qemu-system-x86_64(1). No network unless asked for, no display, no configuration of the host. */
export const qemuArguments = (machine: GuestMachine): string[] => [
  '-nodefaults',
  '-no-user-config',
  '-machine', machineType(machine),
  '-accel', machine.accelerator === 'tcg' ? 'tcg,thread=multi' : 'kvm',
  '-cpu', machine.cpu,
  '-m', String(machine.memory),
  '-smp', String(machine.processors),
  '-display', 'none',
  '-no-reboot',
  // `quit` on its standard input ends the machine.
  '-monitor', 'stdio',
  // Debian packages the BIOS apart from the emulator.
  '-L', '/usr/share/seabios',
  '-L', '/usr/share/qemu',
  ...firmwareArguments(machine),
  '-drive', `if=none,id=disk,format=qcow2,cache=unsafe,discard=unmap,file=${escape(machine.disk)}`,
  ...DEVICES[machine.bus ?? 'virtio'],
  ...seedArguments(machine),
  ...(machine.network === true ? ['-netdev', 'user,id=net,restrict=on', '-device', 'virtio-net-pci,netdev=net'] : []),
  '-device', 'virtio-rng-pci',
  '-chardev', `file,id=console,path=${escape(machine.console)}`,
  '-serial', 'chardev:console',
  '-chardev', `file,id=report,path=${escape(machine.report)}`,
  '-device', 'virtio-serial-pci',
  '-device', `virtserialport,chardev=report,name=${REPORT_PORT}`,
  ...Object.entries(machine.credentials).flatMap(([name, value]) =>
    ['-smbios', `type=11,value=${escape(credential(name, value))}`]),
];

/** udev links the port below /dev/virtio-ports by this name. */
export const REPORT_PORT = 'hew.report';

/** The machine of a kind of firmware, with what Secure Boot needs of it. */
export const machineType = ({ kind }: Pick<GuestMachine, 'kind'>): string =>
  kind === 'bios' ? `${MACHINES.bios},usb=off,vmport=off` : `${MACHINES.uefi},usb=off,vmport=off,smm=${kind === 'uefi-secure-boot' ? 'on' : 'off'}`;

const { machines: MACHINES } = ISA.x86_64.qemu;

function firmwareArguments({ kind, firmware }: GuestMachine): string[] {
  if (firmware === undefined) return [];
  return [
    ...(kind === 'uefi-secure-boot' ? PROTECTED : []),
    '-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${escape(firmware.code)}`,
    '-drive', `if=pflash,unit=1,format=raw,file=${escape(firmware.variables)}`,
  ];
}

/** Only the firmware may write its variables; it does not support suspend then. */
const PROTECTED = ['-global', 'driver=cfi.pflash01,property=secure,value=on', '-global', 'ICH9-LPC.disable_s3=1'];

const seedArguments = ({ seed }: GuestMachine): readonly string[] => (seed === undefined ? [] : [
  '-drive', `if=none,id=seed,format=raw,readonly=on,file=${escape(seed)}`, '-device', 'virtio-blk-pci,drive=seed',
]);

const DEVICES: Readonly<Record<NonNullable<GuestMachine['bus']>, readonly string[]>> = {
  virtio: ['-device', 'virtio-blk-pci,drive=disk,bootindex=1'],
  scsi: ['-device', 'virtio-scsi-pci', '-device', 'scsi-hd,drive=disk,bootindex=1'],
  nvme: ['-device', 'nvme,drive=disk,serial=hew,bootindex=1'],
  ide: ['-device', 'ide-hd,drive=disk,bootindex=1'],
};

const credential = (name: string, value: string): string =>
  `io.systemd.credential.binary:${name}=${Buffer.from(value).toString('base64')}`;

/** A comma ends an option; two commas are one: qemu(1). */
const escape = (value: string): string => value.replaceAll(',', ',,');

/** Arguments of qemu-img(1) for a disk that stores its own changes and may be larger; bytes. */
export const overlayArguments = (image: string, format: string, overlay: string, size?: number): string[] => [
  'create', '-q', '-f', 'qcow2', '-F', format, '-b', image, overlay, ...(size === undefined ? [] : [String(size)]),
];
