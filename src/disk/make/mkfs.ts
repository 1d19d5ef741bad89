import { posix } from 'node:path';

import type { FileStatus, Host, OwnCommand } from '../../host/port.ts';
import { deriveUuid } from '../derive-ids.ts';
import { shapeOfFat } from '../layout/fat-shape.ts';
import type { Filesystem, IdentifiedPartition } from '../layout/identify.ts';
import { INODE_RATIO } from '../layout/needed-space.ts';

/** A file system to make inside `file`. */
export interface MkfsRequest {
  readonly partition: IdentifiedPartition;
  /** Bytes from the start of `file`; only ext4 and FAT can be made in the middle of one. */
  readonly offset: number;
  readonly size: number;
  readonly file: string;
  /** The folder whose content it takes, with owners, modes, links, extended attributes and holes. */
  readonly folder: string;
  /** Of that folder itself, which mke2fs does not look at. */
  readonly top: Pick<FileStatus, 'uid' | 'gid' | 'mode'>;
  readonly seed: string;
  /** Seconds since 1970: no time stamp is younger. */
  readonly epoch: number;
}

/** Makes a file system, if the partition has one. */
export async function makeFilesystem(host: Host, request: Omit<MkfsRequest, 'top'>): Promise<void> {
  const top = (await host.fs.status(request.folder)) ?? { uid: 0, gid: 0, mode: 0o755 };
  const command = mkfsCommand({ ...request, top });
  if (command !== undefined) await host.run(command);
}

/** The command that makes a file system; undefined for a partition without one. */
export function mkfsCommand(request: MkfsRequest): OwnCommand | undefined {
  const { file, folder, epoch, partition } = request;
  const row = MKFS[partition.filesystem];
  if (row === undefined) return undefined;
  return {
    ...row(request),
    view: { read: [folder], write: [posix.dirname(file)] },
    env: {
      SOURCE_DATE_EPOCH: String(epoch),
      // mke2fs takes the time of what it makes itself from this one: https://e2fsprogs.sourceforge.net/
      E2FSPROGS_FAKE_TIME: String(epoch),
      // mkfs.xfs takes inode generations from a counter instead of the random generator (mkfs.xfs(8), "Environment").
      DETERMINISTIC_SEED: '1',
      MTOOLS_SKIP_CHECK: '1',
    },
  };
}

/** Whether the tool can work at an offset, so that the disk is written once; others are made apart and copied in. */
export const worksAtOffset = (filesystem: Filesystem): boolean => filesystem === 'ext4' || filesystem === 'vfat';

/** What GRUB 2.06 and Linux 4.18 read, whatever the defaults of this mke2fs are. */
const EXT4_FEATURES = [
  'none', 'has_journal', 'ext_attr', 'resize_inode', 'dir_index', 'filetype', 'extent', '64bit', 'flex_bg',
  'sparse_super', 'large_file', 'huge_file', 'dir_nlink', 'extra_isize', 'metadata_csum',
].join(',');

type Row = (request: MkfsRequest) => Pick<OwnCommand, 'tool' | 'args'>;

const MKFS: Readonly<Partial<Record<Filesystem, Row>>> = {
  ext4: ({ partition, offset, size, file, folder, top, seed }) => ({
    tool: 'mkfs.ext4',
    args: [
      '-q', '-F', '-b', '4096', '-I', '256', '-i', String(INODE_RATIO), '-O', EXT4_FEATURES,
      '-U', partition.filesystemUuid,
      ...label('-L', partition),
      // A sparse file is zeros already, and whether this kernel knows lazy initialisation must not show.
      '-E', [
        `offset=${offset}`, `hash_seed=${deriveUuid(seed, `hash seed ${partition.mount}`)}`,
        `root_owner=${top.uid}:${top.gid}`, `root_perms=${top.mode.toString(8)}`,
        'nodiscard', 'assume_storage_prezeroed=1', 'lazy_itable_init=1', 'lazy_journal_init=1',
      ].join(','),
      ...partition.settings['mkfs-options'],
      '-d', folder, file, `${size / 1024}k`,
    ],
  }),
  vfat: ({ partition, offset, size, file }) => {
    const { type, sectorsPerCluster } = shapeOfFat(size);
    return {
      tool: 'mkfs.vfat',
      args: [
        '-F', String(type), '-s', String(sectorsPerCluster), '-S', '512', `--offset=${offset / 512}`,
        '-i', partition.filesystemUuid.replace('-', ''),
        '-n', (partition.settings.label ?? (partition.role === 'esp' ? 'ESP' : 'NO NAME')).toUpperCase().slice(0, 11),
        // Neither geometry nor hidden sectors follow from what the file lies on.
        '-g', '255/63', '-h', String(offset / 512),
        ...partition.settings['mkfs-options'],
        file, String(size / 1024),
      ],
    };
  },
  xfs: ({ partition, file, folder }) => ({
    tool: 'mkfs.xfs',
    args: [
      '-q', '-K', '-m', `uuid=${partition.filesystemUuid},${XFS_FEATURES.metadata}`, '-i', XFS_FEATURES.inode,
      '-n', XFS_FEATURES.naming, ...label('-L', partition, 12),
      // Neither the number of processors nor the block device below decides the shape.
      '-d', 'noalign,concurrency=0', '-l', 'concurrency=0', '-s', 'size=4096',
      ...partition.settings['mkfs-options'],
      '-p', folder, file,
    ],
  }),
  // What it cannot be given (times, the UUIDs of its chunk tree and of subvolumes) is set afterwards: restamp-btrfs.ts.
  btrfs: ({ partition, file, folder, seed }) => ({
    tool: 'mkfs.btrfs',
    args: [
      '-q', '-K', '-O', '^block-group-tree', '-U', partition.filesystemUuid, '--device-uuid', deriveUuid(seed, `device ${partition.mount}`),
      ...label('-L', partition),
      ...subvolumeArguments(partition),
      ...partition.settings['mkfs-options'],
      '--rootdir', folder, file,
    ],
  }),
  erofs: ({ partition, file, folder, epoch }) => ({
    tool: 'mkfs.erofs',
    args: [
      '--quiet', '-T', String(epoch), '--mkfs-time', '-U', partition.filesystemUuid, ...label('-L', partition, 15),
      ...(partition.settings['mkfs-options'].some((option) => option.startsWith('-z')) ? [] : ['-zlz4']),
      // With more than one thread the order of the data depends on which of them is faster.
      '--workers=1',
      ...partition.settings['mkfs-options'],
      file, folder,
    ],
  }),
  swap: ({ partition, file }) => ({
    tool: 'mkswap',
    args: ['--uuid', partition.filesystemUuid, ...label('--label', partition), ...partition.settings['mkfs-options'], file],
  }),
};

/** What Linux 5.15 mounts: newer defaults of mkfs.xfs (parent pointers, exchange, large extent counts) need 6.5 and up. */
const XFS_FEATURES = {
  metadata: 'crc=1,finobt=1,rmapbt=0,reflink=1,bigtime=1,inobtcount=1,autofsck=0,metadir=0',
  inode: 'sparse=1,nrext64=0,exchange=0',
  naming: 'parent=0',
} as const;

const label = (flag: string, { settings }: IdentifiedPartition, most = 16): string[] =>
  (settings.label === undefined ? [] : [flag, settings.label.slice(0, most)]);

/** The one that is mounted as the partition itself is the default, so that no `subvol=` is needed to find it. */
const subvolumeArguments = ({ mount, settings }: IdentifiedPartition): string[] =>
  settings.subvolumes.flatMap(({ name, mount: target }) => ['--subvol', `${target === mount ? 'default' : 'rw'}:${name}`]);
