import { z } from 'zod';
import { byteSize, FILESYSTEMS, pathInImage, text } from '../../schema-words.ts';

export const bootSchema = z.strictObject({
  firmware: z.enum(['uefi', 'bios']).default('uefi').describe('What starts the machine: UEFI (Gen2) or BIOS (Gen1).'),
  loader: z.enum(['systemd-boot', 'grub2', 'uki']).default('systemd-boot')
    .describe('Boot loader; `uki` is a unified kernel image at the removable-media path, started by the firmware itself.'),
  initrd: z.enum(['systemd', 'dracut']).default('systemd')
    .describe('Who makes the initrd: hew from the image’s own systemd, or dracut.'),
  'initrd-drivers': z.array(text()).default([]).describe('Kernel modules to add to those that every platform needs.'),
  timeout: z.int().min(0).max(3600).optional().describe('Seconds that the boot menu waits.'),
  'secure-boot': z.enum(['required', 'if-signed', 'off']).default('if-signed')
    .describe('Whether machines are to enforce Secure Boot. `required`: the build fails where what it starts is not signed. `if-signed`: it says so, and a script beside the disk turns Secure Boot off. `off`: nothing is asked of signatures.'),
  'grow-root': z.boolean().default(true).describe('Grow the root file system to the disk at first boot.'),
});

const partition = z.strictObject({
  mount: z.string().regex(/^(?:\/(?!.*(?:^|\/)\.\.?(?:\/|$)).*|none|swap)$/, 'must be an absolute path, `swap` or `none`')
    .describe('Mount point; merged by it.'),
  filesystem: z.enum(FILESYSTEMS).optional()
    .describe('File system; vfat for /boot/efi and ext4 elsewhere when left out.'),
  size: z.union([z.literal('rest'), z.literal('minimal'), byteSize()]).optional()
    .describe('`5GiB`, `rest` of the disk, or `minimal`: what the content needs.'),
  label: z.string().regex(/^[\w.-]{1,16}$/, 'must be at most 16 letters, digits and `_.-`').optional()
    .describe('File system label.'),
  options: z.array(text()).default([]).describe('Mount options.'),
  'mkfs-options': z.array(text()).default([]).describe('Further arguments of mkfs, such as ["-m", "1"]. They are dropped where the file system is changed.'),
  subvolumes: z.array(z.strictObject({
    name: text().describe('Name of the btrfs subvolume.'),
    mount: pathInImage().describe('Where it is mounted.'),
  })).default([]).describe('btrfs subvolumes.'),
  type: text().optional()
    .describe('GPT partition type: a UUID or a name of systemd-repart; from the mount point when left out.'),
});

export const diskSchema = z.strictObject({
  size: z.union([z.literal('minimal'), byteSize()]).default('minimal')
    .describe('Size of the whole disk, or `minimal`: what the partitions need.'),
  label: z.enum(['gpt', 'mbr']).default('gpt').describe('Partition table.'),
  partitions: z.array(partition).default([]).describe('Partitions, in order on the disk.'),
});

export const limitsSchema = z.strictObject({
  installed: byteSize().optional().describe('Most that the files of an image may take, where its rules are checked.'),
  compressed: byteSize().optional().describe('Most that a compressed artifact may take, where its rules are checked.'),
});

