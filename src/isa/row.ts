/**
 * The facts about a CPU architecture. All other code that depends on the architecture derives from these rows; only the
 * numbers of system calls are elsewhere, with the filter that uses them (host/seccomp.ts).
 */
export interface IsaRow {
  /** Microarchitecture levels, lowest first. With only one, levels have no meaning. */
  readonly levels: readonly string[];
  /** Names in other systems. */
  readonly names: {
    /** `process.arch` of Node. */
    readonly node: string;
    /**
     * GOARCH, which OCI uses:
     * https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions
     */
    readonly oci: string;
    /** In the names of partition types: repart.d(5), `Type=`. */
    readonly systemd: string;
    /** Debian's library folder: https://wiki.debian.org/Multiarch/Tuples */
    readonly multiarch: string;
  };
  /** `e_machine` of ELF: https://gabi.xinuos.com/elf/a-emachine.html */
  readonly elfMachine: number;
  /** `Machine` of PE: https://learn.microsoft.com/windows/win32/debug/pe-format#machine-types */
  readonly peMachine: number;
  /** Whether the first 1024 bytes are those of a kernel that is no EFI program. */
  readonly isKernel: (head: Buffer) => boolean;
  /** The path of glibc's loader in programs. */
  readonly loader: string;
  /** GPT: https://uapi-group.org/specifications/specs/discoverable_partitions_specification/ */
  readonly partitionTypes: Readonly<Record<'root' | 'root-verity' | 'usr' | 'usr-verity', string>>;
  /** UEFI specification 3.5.1.1, Removable Media Boot Behavior. */
  readonly efi: {
    /** In file names of systemd-boot, shim and GRUB. */
    readonly short: string;
    /** File of the removable-media path. */
    readonly removable: string;
    /** GRUB's platform for UEFI. */
    readonly grub: string;
  };
  /** The first serial port. */
  readonly console: string;
  /** How its programs and images run on other machines; undefined if hew does not emulate it. */
  readonly qemu: Qemu | undefined;
}

export interface Qemu {
  /** The emulator of single programs. */
  readonly user: string;
  /** The emulator of machines. */
  readonly system: string;
  readonly machines: { readonly bios: string; readonly uefi: string };
  /** Flash images by their paths on Debian and Fedora; the first existing ones are used. QEMU brings its own BIOS. */
  readonly firmware: Readonly<Record<'uefi' | 'uefi-secure-boot', readonly Firmware[]>>;
}

/** Flash images of a UEFI firmware, as paths below `/` of the boot tools. */
export interface Firmware {
  readonly code: string;
  /** The initial variable store; each machine gets a copy. */
  readonly variables: string;
}
