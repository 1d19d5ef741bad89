const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * How much hew takes of foreign bytes, whoever made them: all of it together fits in 500 MiB of memory, however well it
 * was compressed or however often one place was named. More than that is a fault of the artifact, told like every other.
 */
export const LIMITS = {
  tar: {
    /** Of all layers of an image together; some 300 bytes of memory each. Distributions with everything in have 400,000. */
    entries: 750_000,
    /** PATH_MAX of Linux: no file can have a longer one, and no link lead to it. */
    name: 4096,
    /** Bytes of names and targets of those, twice what a name has on average (40 bytes). */
    names: 64 * MIB,
    /** Bytes of one extended header: a path and a target of PATH_MAX, and the 64 KiB of xattr(7), several times over. */
    extended: MIB,
    /** Records of one entry: few have ten. */
    records: 10_000,
  },
  cpio: {
    /** PATH_MAX of Linux, which no name in an archive of its may exceed. */
    name: 4096,
    /** Files of an initrd: dracut's largest have 20,000. */
    names: 200_000,
    /** Bytes of an initrd as it lies on the disk: those with all firmware have 300 MiB. */
    packed: 1024 * MIB,
    /** The same unpacked, in the workspace. */
    unpacked: 2048 * MIB,
  },
  pe: {
    /** Windows itself takes 96: https://learn.microsoft.com/windows/win32/debug/pe-format#coff-file-header-object-and-image */
    sections: 96,
    /** Bytes of a section that are kept: command lines, names and keys have fewer, programs more. */
    content: 256 * KIB,
    /** Bytes of all sections that are kept; sections may lie over each other. */
    contents: 4 * MIB,
    /** Bytes before the first section, tables of symbols apart. */
    header: 64 * KIB,
    certificates: 4 * MIB,
  },
  fat: {
    /** Files and folders; an ESP with many kernels has some hundred. */
    entries: 10_000,
    /** Bytes of one folder: 65,536 entries of 32 bytes, as the specification allows. */
    folder: 2 * MIB,
    /** Bytes of all folders: their chains may share clusters. */
    folders: 32 * MIB,
    /** Folders in each other: a path of FAT has at most 260 letters. */
    depth: 130,
    /** Bytes of a file: a UKI has some 100 MiB. */
    file: 1024 * MIB,
  },
  esp: {
    /** EFI programs, each of which is read and hashed whole. */
    programs: 64,
    /** Bytes of a configuration: grub.cfg(5), boot loader entries. */
    text: MIB,
  },
  /** Entries of a partition table that are in use: Linux names 256 of a disk. */
  partitions: 256,
  oci: {
    /** Images of one layout: Docker Hub's most ported ones have a dozen. */
    images: 100,
    /** Layers of one image: Docker takes 127. */
    layers: 500,
    /** Indexes in each other: deeper than any tool nests them. */
    depth: 4,
    /** Bytes of an index, manifest or configuration: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests */
    json: 4 * MIB,
  },
  root: {
    /** Bytes of one file that rules read as text. */
    text: 4 * MIB,
    /** Bytes of all of them: lists of modules are the largest, 2 MiB a kernel. */
    texts: 64 * MIB,
    /** Kernels of one image. */
    kernels: 64,
  },
} as const;
