/** A file for the EFI system partition. */
export interface EspFile {
  /** Path on the partition, such as `EFI/BOOT/BOOTX64.EFI`; a leading `/` changes nothing. */
  readonly path: string;
  /** Absolute path of the file with its content, outside every root. */
  readonly source: string;
}

/** GRUB for BIOS as grub-mkimage makes it: `boot.img` (one sector) and `core.img`, which it loads. */
export interface GrubBios {
  readonly boot: Uint8Array;
  readonly core: Uint8Array;
}

/** Files of the boot stage that are not in the root. */
export interface BootFiles {
  /** They replace files of the same path that the root has at the mount point of the EFI system partition. */
  readonly esp: readonly EspFile[];
  /** Only where the disk starts by BIOS. */
  readonly bios?: GrubBios;
}
