import type { CodeRows } from './row.ts';

export const artifactCodes = {
  'artifact-not-found': {
    cause: 'The artifact does not exist.',
    remedy: 'Correct the path.',
  },
  'artifact-unknown': {
    cause: 'A file or folder is nothing that the command opens.',
    remedy: 'Name one of the kinds that the hint lists.',
  },
  'artifact-altered': {
    cause: 'A blob or file of an OCI layout does not match its index.',
    remedy: 'Do not use the layout; get it again from where it was built.',
  },
  'artifact-no-root': {
    cause: 'No file system of the artifact holds an operating system.',
    remedy: 'See with `hew inspect` what the artifact holds.',
  },
  'artifact-too-large': {
    cause: 'The artifact holds more files, or larger ones, than hew reads of a foreign image.',
    remedy: 'Find what made it so; no real image comes near the limit.',
  },
  'oci-invalid': {
    cause: 'An OCI layout or archive breaks the OCI image specification.',
    remedy: 'Make it again with a tool that follows the specification; the hint says what is wrong.',
  },
  'disk-damaged': {
    cause: 'The header or table of a disk image is damaged.',
    remedy: 'Make the image again, or ask `qemu-img check` about it.',
  },
  'filesystem-unknown': {
    cause: 'The root is on a file system that hew does not open, such as LUKS or LVM.',
    remedy: 'Open the volume first; hew opens ext4, XFS, btrfs and EROFS.',
  },
  'filesystem-unreadable': {
    cause: 'A file system of the image is damaged, or has features that the tools do not know.',
    remedy: 'Check it with the fsck of its kind, or renew the tools with `hew tools install`.',
  },
  'root-unreadable': {
    cause: 'hew cannot read every file of a folder.',
    remedy: 'Run the command as the owner of the folder or as root, while nothing changes it.',
  },
  'diff-no-target': {
    cause: 'The two sides of `hew diff` have no architecture and level in common.',
    remedy: 'Compare with a lock of the same level: `hew lock IMAGE --level LEVEL`.',
  },
} as const satisfies CodeRows;
