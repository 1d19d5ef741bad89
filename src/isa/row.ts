/**
 * What is known of a CPU architecture, one row each. Whatever elsewhere depends on the architecture is derived from
 * these rows; only the numbers of system calls stand with the filter that needs them (host/seccomp.ts).
 */
export interface IsaRow {
  /** Microarchitecture levels, lowest first. Where there is but one, a level means nothing. */
  readonly levels: readonly string[];
  /** What others call it. */
  readonly names: {
    /** `process.arch` of Node. */
    readonly node: string;
    /** GOARCH, which OCI took: https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions */
    readonly oci: string;
    /** In names of partition types: repart.d(5), `Type=`. */
    readonly systemd: string;
    /** Debian's folder of libraries: https://wiki.debian.org/Multiarch/Tuples */
    readonly multiarch: string;
  };
  /** `e_machine` of ELF: https://gabi.xinuos.com/elf/a-emachine.html */
  readonly elfMachine: number;
  /** `Machine` of PE: https://learn.microsoft.com/windows/win32/debug/pe-format#machine-types */
  readonly peMachine: number;
  /** Whether the first 1024 bytes are those of a kernel that is no EFI program. */
  readonly isKernel: (head: Buffer) => boolean;
  /** The loader of glibc, as programs name it. */
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
  /** How programs and images for it run elsewhere; undefined where hew does not emulate it. */
  readonly qemu: Qemu | undefined;
}

export interface Qemu {
  /** Runs one program. */
  readonly user: string;
  /** Runs a machine. */
  readonly system: string;
  readonly machines: { readonly bios: string; readonly uefi: string };
  /** Flash images, as Debian and Fedora name them; the first that are there are taken. BIOS is QEMU's own. */
  readonly firmware: Readonly<Record<'uefi' | 'uefi-secure-boot', readonly Firmware[]>>;
}

/** Flash images of a UEFI firmware, as paths below `/` of the boot tools. */
export interface Firmware {
  readonly code: string;
  /** The variable store that a machine starts with; each gets a copy. */
  readonly variables: string;
}
