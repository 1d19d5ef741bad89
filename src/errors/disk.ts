import type { CodeRows } from './row.ts';

export const diskCodes = {
  'disk-too-small': {
    cause: 'The partitions, or their content, need more than `disk.size`.',
    remedy: 'Raise `disk.size`, set it to `minimal`, or install less.',
  },
  'partition-too-small': {
    cause: 'The content of a partition needs more than its `size`.',
    remedy: 'Raise the `size`, or set it to `rest` or `minimal`.',
  },
  'partition-type': {
    cause: 'The `type` of a partition is neither a UUID nor a name that systemd-repart knows.',
    remedy: 'Use a name such as `root`, `home`, `xbootldr` or `linux-generic`.',
  },
  'no-root': {
    cause: 'The disk has no partition for `/`, where GRUB looks for its configuration.',
    remedy: 'Add `[[disk.partitions]]` with `mount = "/"`.',
  },
  'no-esp': {
    cause: 'There are boot files for an EFI system partition, and the disk has none.',
    remedy: 'Add `[[disk.partitions]]` with `mount = "/boot/efi"` and `filesystem = "vfat"`.',
  },
  'not-on-fat': {
    cause: 'A file for a FAT partition is a link, a device or another special file.',
    remedy: 'Put it on another partition, or leave it out of the image.',
  },
} as const satisfies CodeRows;
