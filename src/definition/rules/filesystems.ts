import type { Candidate, DefinitionFault, DefinitionRule } from './rule.ts';

type Disk = NonNullable<Candidate['disk']>;
type Partition = Disk['partitions'][number];

const isReadOnly = ({ filesystem, options }: Partition): boolean => filesystem === 'erofs' || options.includes('ro');

/** Mount points of a disk, including subvolumes. */
const mountsOf = ({ partitions }: Disk): readonly string[] =>
  partitions.flatMap(({ mount, subvolumes }) => [mount, ...subvolumes.map((one) => one.mount)]);

/** systemd mounts a tmpfs over what must be writable: systemd-fstab-generator(8). */
const isVolatile = ({ system }: Candidate): boolean =>
  system['kernel-cmdline'].some((argument) => /^systemd\.volatile=(?!no$|0$|false$|off$)/.test(argument));

const finding = (index: number, key: string, message: string, hint: string): DefinitionFault =>
  ({ path: ['disk', 'partitions', index, key], message, hint });

const eachPartition = (find: (partition: Partition, index: number, disk: Disk, definition: Candidate) => DefinitionFault | undefined) =>
  (definition: Candidate): readonly DefinitionFault[] => (definition.disk?.partitions ?? []).flatMap((partition, index) =>
    (definition.disk === undefined ? [] : find(partition, index, definition.disk, definition) ?? []));

/** Rules that depend on the file system. */
export const filesystemRules: readonly DefinitionRule[] = [
  {
    id: 'read-only-root',
    ofAbsence: true,
    find: eachPartition((partition, index, disk, definition) =>
      (partition.mount !== '/' || !isReadOnly(partition) || mountsOf(disk).includes('/var') || isVolatile(definition) ? undefined : finding(
        index, 'mount',
        '`/` is read-only and nothing is mounted at /var, where services store their state',
        'add a partition for /var, or put it into memory: system.kernel-cmdline = ["systemd.volatile=state"]',
      ))),
  },
  {
    id: 'boot-filesystem',
    find: eachPartition(({ mount, filesystem }, index, disk, { boot }) => {
      const holdsBoot = mount === '/boot' || (mount === '/' && !mountsOf(disk).includes('/boot'));
      return boot?.loader !== 'grub2' || !holdsBoot || filesystem !== 'erofs' ? undefined : finding(
        index, 'filesystem',
        `GRUB finds kernels in /boot, and cannot read ${filesystem}`,
        'add a partition for /boot with ext4 or xfs, or choose a UKI: boot.loader = "uki"',
      );
    }),
  },
  {
    id: 'btrfs-checksum',
    find: eachPartition(({ filesystem, 'mkfs-options': options }, index) => {
      // One word or two: `--csum=sha256`, `--csum sha256`.
      const kind = /(?:^|\0)--(?:csum|checksum)[=\0]([^\0]+)/.exec(options.join('\0'))?.[1];
      return filesystem !== 'btrfs' || kind === undefined || kind === 'crc32c' ? undefined : finding(
        index, 'mkfs-options',
        `btrfs with ${kind} checksums has other identifiers in each build`,
        'use crc32c, for which hew sets the identifiers',
      );
    }),
  },
];
