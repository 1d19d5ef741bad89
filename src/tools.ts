/**
 * Every outside program that hew starts, one row a tool. The plan, `hew doctor`, the tools tree and the error messages
 * all read this table.
 */
export interface Tool {
  /** Lowest version whose options and output hew relies on; undefined where any will do. */
  readonly minimum?: string;
  readonly purpose: string;
  /** Debian package, for the tools tree. */
  readonly debian: string;
  /** Debian package with the data that it works on. */
  readonly data?: string;
  /** Fedora package, for the advice that `hew doctor` gives. */
  readonly fedora: string;
}

const tool = (purpose: string, debian: string, fedora = debian, minimum?: string): Tool => ({
  purpose,
  debian,
  fedora,
  ...(minimum === undefined ? {} : { minimum }),
});

export const TOOLS = {
  // `install --store` and `replay` came with 5.2.5: https://github.com/rpm-software-management/dnf5/releases
  dnf5: tool('resolves, fetches and installs packages', 'dnf5', 'dnf5', '5.2.5'),
  rpm: tool('reads package databases', 'rpm', 'rpm', '4.20'),
  curl: tool('fetches keys', 'curl'),
  rpmkeys: tool('checks signatures', 'rpm', 'rpm', '4.20'),
  // --show-keys came with 2.2.8: https://github.com/gpg/gnupg/blob/master/NEWS
  gpg: tool('reads keys: fingerprints, and which have expired', 'gpg', 'gnupg2', '2.2.8'),
  // --clamp-mtime and --sort need 1.29; 1.34 writes extended attributes in a stable order.
  tar: tool('writes layers', 'tar', 'tar', '1.34'),
  zstd: tool('compresses layers', 'zstd', 'zstd', '1.5'),
  igzip: tool('compresses gzip layers fast', 'isal', 'isa-l-tools', '2.30'),
  // Before 5.4 -T0 on one processor writes other bytes than on several: https://github.com/tukaani-project/xz/blob/master/NEWS
  xz: tool('compresses tar files', 'xz-utils', 'xz', '5.4'),
  flock: tool('keeps two builds from writing one cache at once', 'util-linux'),
  find: tool('measures roots and clamps times', 'findutils'),
  mv: tool('sets the content of a mount point apart', 'coreutils'),
  cp: tool('copies folders with their attributes', 'coreutils'),
  timeout: tool('ends guests that go on for ever', 'coreutils'),
  sh: tool('starts scripts that a definition runs beside the root', 'bash'),
  // hew needs 4.2 (--offset, SOURCE_DATE_EPOCH), yet the program does not tell its version.
  'mkfs.vfat': tool('makes EFI system partitions', 'dosfstools'),
  mmd: tool('makes folders in an EFI system partition', 'mtools', 'mtools', '4.0.40'),
  mcopy: tool('fills EFI system partitions', 'mtools', 'mtools', '4.0.40'),
  // 1.47.1 takes inode times from SOURCE_DATE_EPOCH: https://e2fsprogs.sourceforge.net/e2fsprogs-release.html
  'mkfs.ext4': tool('makes and fills ext4', 'e2fsprogs', 'e2fsprogs', '1.47.1'),
  debugfs: tool('reads ext4', 'e2fsprogs', 'e2fsprogs', '1.47.1'),
  'mkfs.xfs': tool('makes and fills XFS', 'xfsprogs', 'xfsprogs', '6.17'),
  // `rdump` came with 6.15: https://git.kernel.org/pub/scm/fs/xfs/xfsprogs-dev.git/tree/debian/changelog
  xfs_db: tool('reads XFS', 'xfsprogs', 'xfsprogs', '6.15'),
  'mkfs.btrfs': tool('makes and fills btrfs', 'btrfs-progs', 'btrfs-progs', '6.14'),
  btrfs: tool('reads btrfs', 'btrfs-progs', 'btrfs-progs', '6.14'),
  'mkfs.erofs': tool('makes and fills EROFS', 'erofs-utils', 'erofs-utils', '1.8'),
  'fsck.erofs': tool('reads EROFS', 'erofs-utils', 'erofs-utils', '1.8'),
  // `ukify build` and its --sbat came with 254: https://github.com/systemd/systemd/releases/tag/v254
  ukify: { ...tool('joins kernel and initrd into one EFI program', 'systemd-ukify', 'systemd-ukify', '254'), data: 'systemd-boot-efi' },
  // --root= works on an image that does not run: what enables units is then the tool that reads them.
  'systemd-sysusers': tool('makes the users that packages declare', 'systemd', 'systemd', '254'),
  systemctl: tool('enables and disables units', 'systemd', 'systemd', '254'),
  setfiles: tool('labels files for SELinux', 'policycoreutils'),
  mkswap: tool('makes swap areas', 'util-linux'),
  sfdisk: tool('writes partition tables', 'fdisk', 'util-linux-core', '2.38'),
  'qemu-img': tool('converts disk formats', 'qemu-utils', 'qemu-img', '8.0'),
  'qemu-x86_64': tool('runs programs of a level that this machine lacks', 'qemu-user', 'qemu-user', '8.0'),
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;

/** What only `hew boot` starts: kept in a tree of its own, so that builds need not fetch a machine emulator. */
export const BOOT_TOOLS = {
  'qemu-system-x86_64': { ...tool('runs images as machines', 'qemu-system-x86', 'qemu-system-x86-core', '8.0'), data: 'ovmf' },
} as const satisfies Record<string, Tool>;

/** What only signing and the check of signatures start: kept in a tree of its own, since cosign is as large as all others. */
export const SIGN_TOOLS = {
  // 3.0 signs and checks without asking any service: https://github.com/sigstore/cosign/releases/tag/v3.0.1
  cosign: tool('signs evidence and checks signatures', 'cosign'),
} as const satisfies Record<string, Tool>;

export type SignToolName = keyof typeof SIGN_TOOLS;

/** Programs that must be on the machine itself, since they make the place where all others run. */
export const HOST_TOOLS = {
  bwrap: tool('isolates every tool', 'bubblewrap', 'bubblewrap', '0.8'),
  nsenter: tool('enters the user namespace', 'util-linux', 'util-linux', '2.38'),
  unshare: tool('makes the user namespace', 'util-linux', 'util-linux', '2.38'),
  flock: tool('keeps builds that share a cache folder apart', 'util-linux'),
  prlimit: tool('limits what programs of an image take', 'util-linux'),
  mount: tool('mounts the workspace', 'mount', 'util-linux'),
  newuidmap: tool('maps subordinate ids for builds without root', 'uidmap', 'shadow-utils'),
  mmdebstrap: tool('makes the tools tree', 'mmdebstrap', 'mmdebstrap', '1.3'),
} as const satisfies Record<string, Tool>;

export type HostToolName = keyof typeof HOST_TOOLS;

/**
 * Orders two dotted version numbers, number by number: negative when `a` is the older. Not an EVR comparison: these
 * are the versions that tools print of themselves.
 */
export function compareToolVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The first dotted number in what a tool prints about itself, or the plain one behind its name: `systemd 257 (257-1)`. */
export const versionIn = (output: string): string | undefined =>
  /^[\w-]+ (\d+)(?=[\s~(])(?!\.)/.exec(output)?.[1] ?? /\d+(?:\.\d+)+/.exec(output)?.[0];
