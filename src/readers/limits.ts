const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * How much hew reads of foreign bytes. All of it fits in 500 MiB of memory, however well it was compressed and however
 * often one position was named. Anything above these limits is a fault of the artifact.
 */
export const LIMITS = {
  tar: {
    /** In all layers of an image together; each takes some 300 bytes of memory. Complete distributions have 400,000. */
    entries: 750_000,
    /** PATH_MAX of Linux: neither a file nor the target of a link can have a longer path. */
    name: 4096,
    /** Bytes of all names and link targets, twice the average of 40 bytes for each. */
    names: 64 * MIB,
    /**
     * Bytes of one extended header: enough for a path and a target of PATH_MAX, and the 64 KiB of xattr(7), several
     * times.
     */
    extended: MIB,
    /** Records of one entry; ten are many. */
    records: 10_000,
  },
  cpio: {
    /** PATH_MAX of Linux. */
    name: 4096,
    /** Files of an initrd: dracut's largest have 20,000. */
    names: 200_000,
    /** Bytes of an initrd on the disk: those with all firmware have 300 MiB. */
    packed: 1024 * MIB,
    /** Bytes of an unpacked initrd in the workspace. */
    unpacked: 2048 * MIB,
  },
  pe: {
    /**
     * The limit of Windows: https://learn.microsoft.com/windows/win32/debug/pe-format#coff-file-header-object-and-image
     */
    sections: 96,
    /** Bytes of a section that is kept in memory: command lines, names and keys are smaller, programs larger. */
    content: 256 * KIB,
    /** Bytes of all sections in memory; sections may overlap. */
    contents: 4 * MIB,
    /** Bytes before the first section, without symbol tables. */
    header: 64 * KIB,
    certificates: 4 * MIB,
  },
  fat: {
    /** Files and folders; an ESP with many kernels has some hundred. */
    entries: 10_000,
    /** Bytes of one folder: 65,536 entries of 32 bytes, the maximum of the specification. */
    folder: 2 * MIB,
    /** Bytes of all folders; their chains may share clusters. */
    folders: 32 * MIB,
    /** Nesting of folders: a path of FAT has at most 260 letters. */
    depth: 130,
    /** Bytes of a file: a UKI has some 100 MiB. */
    file: 1024 * MIB,
  },
  esp: {
    /** EFI programs; each is read and hashed completely. */
    programs: 64,
    /** Bytes of a configuration: grub.cfg(5), boot loader entries. */
    text: MIB,
  },
  /** Used entries of a partition table: Linux names 256 on one disk. */
  partitions: 256,
  database: {
    /** Complete distributions have less than 10,000 on one machine. */
    packages: 50_000,
    /** Paths that packages own; complete distributions have 400,000. */
    files: 750_000,
    /** Of all that rpm prints of it: 200 for each file are many. */
    letters: 128 * MIB,
    /** Of one line: some licences are long. */
    line: MIB,
  },
  oci: {
    /** Images of one layout: Docker Hub's images for most platforms have a dozen. */
    images: 100,
    /** Layers of one image: Docker accepts 127. */
    layers: 500,
    /** Nesting of indexes, deeper than any tool makes it. */
    depth: 4,
    /** Bytes of an index, manifest or configuration: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests */
    json: 4 * MIB,
  },
  root: {
    /** Bytes of one file that rules read as text. */
    text: 4 * MIB,
    /** Bytes of all these texts: module lists are the largest, 2 MiB for each kernel. */
    texts: 64 * MIB,
    /** Kernels of one image. */
    kernels: 64,
  },
} as const;
