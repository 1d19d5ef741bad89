import type { IdentifiedDisk, IdentifiedPartition } from './identify.ts';

/**
 * The fstab(5) of a disk, with a line a mounted partition and a subvolume, outer mount points first. Everything is
 * found by the UUID of its file system.
 */
export function fstab({ partitions }: Pick<IdentifiedDisk, 'partitions'>): string {
  const lines = partitions.flatMap((partition) => linesOf(partition));
  return [...lines].sort((a, b) => (a.mount < b.mount ? -1 : 1)).map(({ text }) => `${text}\n`).join('');
}

function linesOf(partition: IdentifiedPartition): readonly { mount: string; text: string }[] {
  const { mount, filesystem, filesystemUuid, settings } = partition;
  if (mount === 'none' || filesystem === 'none') return [];
  const line = (target: string, options: readonly string[]) => ({
    mount: target,
    text: [`UUID=${filesystemUuid}`, escape(target), filesystem, options.join(','), '0', checkOrder(target, filesystem)].join(' '),
  });
  if (filesystem === 'swap') return [line('none', settings.options.length > 0 ? settings.options : ['defaults'])];
  return [
    line(mount, optionsOf(partition)),
    ...settings.subvolumes.filter((one) => one.mount !== mount)
      .map(({ name, mount: target }) => line(target, [...optionsOf({ ...partition, grows: false }), `subvol=${name}`])),
  ];
}

function optionsOf({ role, filesystem, settings, grows }: IdentifiedPartition): readonly string[] {
  const given = settings.options.length > 0 ? settings.options : [filesystem === 'erofs' ? 'ro' : 'defaults'];
  const isEsp = filesystem === 'vfat' && role === 'esp';
  // FAT knows no owners: what is on an ESP (keys, boot secrets) is for root alone.
  const kept = isEsp && !given.some((option) => option.startsWith('umask=')) ? ['umask=0077'] : [];
  const restricted = isEsp && settings.options.length === 0 ? ESP_OPTIONS : [];
  return [...given, ...kept, ...restricted, ...(grows ? ['x-systemd.growfs'] : [])];
}

/** Nothing on an ESP is run by the system, is a device, or leads elsewhere: as in Azure Linux's own images. */
export const ESP_OPTIONS = ['noexec', 'nodev', 'nosuid', 'nosymfollow'] as const;

/** The sixth field: fsck of these file systems is either a journal replay at mount or not needed. */
const checkOrder = (mount: string, filesystem: string): string => {
  if (filesystem !== 'ext4') return '0';
  return mount === '/' ? '1' : '2';
};

/** White space is written in octal (fstab(5)). */
const escape = (path: string): string =>
  path.replaceAll(/[\s\\]/g, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`);
