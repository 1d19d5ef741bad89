import { FILESYSTEMS } from '../../schema-words.ts';
import type { Place } from '../../errors.ts';
import type { Draft } from './draft.ts';
import { mebibytesOf } from '../pre/table.ts';
import { formatMebibytes, readMebibytes } from '../syntax/sizes.ts';
import type { Apply, Applying } from './command.ts';
import { addPhysicalVolume, deviceOf, EITHER_OR } from './physical-volumes.ts';

export const PARTITIONS = ['disk', 'partitions'];
/** The type that GRUB wants: https://www.gnu.org/software/grub/manual/grub/html_node/BIOS-installation.html */
export const BIOS_BOOT = '21686148-6449-6e6f-744e-656564454649';

/** Partitions of boot loaders without a file system, by what `part` names them; PReP is for POWER, and nothing else reads it. */
export const RAW: ReadonlyMap<string, string> = new Map([
  ['biosboot', BIOS_BOOT],
  ['prepboot', '9e1a2d38-c612-4316-aa26-8b49521e5a8b'],
]);

const KINDS: ReadonlyMap<string, string> = new Map([
  ['efi', 'vfat'],
  ['vfat', 'vfat'],
  ...[...RAW.keys()].map((name) => [name, 'none'] as const),
  ...FILESYSTEMS.map((name) => [name, name] as const),
]);

export const applyPart: Apply = (applying) => {
  const { args, refuse } = applying;
  const [mount = ''] = args.words;
  if (mount.startsWith('pv.')) return addPhysicalVolume(applying, mount);
  if (mount.startsWith('raid.')) {
    return refuse(`${mount} is a member of RAID, and hew makes plain partitions`, 'write part MOUNTPOINT with the size of the array, without the `raid` line');
  }
  addMounted(applying, () => (args.has('--onpart') ? takeExisting(applying) : readSize(applying)));
};

/** Adds the partition that a `part` or `logvol` line describes, besides its size. */
export const addMounted = (applying: Applying, sizeOf: () => string | undefined): void => {
  const { args, draft, node, note, refuse } = applying;
  const [mount = ''] = args.words;
  const kind = args.text('--fstype');
  if (draft.seen.has('autopart')) return refuse(...EITHER_OR);
  draft.seen.add('part');
  const isMember = BTRFS_MEMBER.test(mount);
  if (!isMember && mount !== 'swap' && !RAW.has(mount) && !mount.startsWith('/')) {
    return refuse(`"${mount}" is no mount point`, 'write a path, `swap` or `biosboot`');
  }
  const filesystem = mount === 'swap' ? 'swap' : isMember ? 'btrfs' : kind === undefined ? undefined : KINDS.get(kind);
  if (kind !== undefined && filesystem === undefined) {
    return refuse(`hew makes no file system "${kind}"`, `write one of ${FILESYSTEMS.join(', ')}`);
  }
  if (draft.seen.has(`part ${mount}`)) {
    // Files that include another one change the size of its root in this way.
    if (!mount.startsWith('/')) {
      return refuse(`a line before it makes ${mount} already, and hew makes one of each`, 'remove one of the lines');
    }
    note(`it takes the place of the \`part ${mount}\` before it`);
    draft.drop(PARTITIONS, mount);
    draft.leastSizes.delete(mount);
  }
  const size = sizeOf();
  if (size === undefined) return;
  draft.seen.add(`part ${mount}`);
  draft.merge(
    PARTITIONS,
    mount,
    {
      mount: RAW.has(mount) ? 'none' : mount,
      filesystem: RAW.has(mount) ? 'none' : filesystem,
      size,
      label: args.text('--label'),
      options: args.list('--fsoptions'),
      'mkfs-options': args.text('--mkfsoptions')?.split(/\s+/).filter(Boolean),
      type: RAW.get(mount),
    },
    node.place,
  );
  if (mount === 'biosboot') draft.atEnd('boot.firmware', () => startByBios(draft, node.place));
};

/** Before a `btrfs` line says where it is mounted. */
const BTRFS_MEMBER = /^btrfs\.\S+$/;

const NOT_BESIDE_AUTOPART = ['reqpart and autopart exclude each other, for Anaconda as well', 'keep autopart'] as const;

/** A BIOS boot partition and no ESP: the image is for BIOS machines. */
const startByBios = (draft: Draft, place: Place): void => {
  if (draft.table(PARTITIONS, '/boot/efi') === undefined) draft.set(['boot', 'firmware'], 'bios', place);
};

/** The size of the partition of %pre that `--onpart` names. */
const takeExisting = ({ args, draft, note, refuse }: Applying): string | undefined => {
  const device = deviceOf(args) ?? '';
  const existing = draft.existing.get(device);
  if (existing === undefined) {
    refuse(`--onpart: an image’s disk is new, and no line that hew reads makes ${device}`, 'give `--size` and leave the partition to hew');
    return undefined;
  }
  const [mount = ''] = args.words;
  draft.taken.set(device, mount);
  const size = mebibytesOf(existing);
  note(`partition ${existing.number} of %pre: ${size === undefined ? 'the rest of the disk' : `${size} MiB`}`);
  return size === undefined ? 'rest' : formatMebibytes(size);
};

const readSize = (applying: Applying): string | undefined => {
  const { args, draft, refuse } = applying;
  const size = args.integer('--size');
  if (!args.has('--grow')) {
    if (size !== undefined && size > 0) return formatMebibytes(size);
    refuse('it has no size', 'add --size=MEBIBYTES or --grow');
    return undefined;
  }
  const other = draft.rowNames(PARTITIONS).find((name) => draft.table(PARTITIONS, name)?.['size'] === 'rest');
  const [mount = ''] = args.words;
  if (other !== undefined && other !== mount) {
    refuse(`${other} already takes the rest of the disk`, 'give --size without --grow to one of them');
    return undefined;
  }
  return takeRest(applying);
};

/** The rest of the disk. With it a size is only the least: the disk must be that large, which is known at the end. */
export const takeRest = ({ args, draft, node }: Applying): string => {
  const [mount = ''] = args.words;
  const size = args.integer('--size');
  if (size !== undefined && size > 0) {
    draft.leastSizes.set(mount, size);
    draft.atEnd('disk.size', () => draft.set(['disk', 'size'], formatMebibytes(diskSize(draft)), node.place));
  }
  return 'rest';
};

/** MiB of a disk that holds every partition at its least size, with 1 MiB for the partition table at either end. */
const diskSize = (draft: Draft): number => {
  const sizes = draft.rowNames(PARTITIONS).map((mount) => {
    const size = draft.table(PARTITIONS, mount)?.['size'];
    return draft.leastSizes.get(mount) ?? (typeof size === 'string' ? readMebibytes(size) : undefined) ?? 0;
  });
  return sizes.reduce((sum, size) => sum + size, TABLE_MEBIBYTES);
};

/** Space for the partition tables of GPT, at the start and at the end. */
export const TABLE_MEBIBYTES = 2;

export const applyReqpart: Apply = (applying) => {
  const { draft, refuse } = applying;
  if (draft.seen.has('autopart')) return refuse(...NOT_BESIDE_AUTOPART);
  draft.seen.add('reqpart');
  addBootPartitions(applying);
  if (applying.args.has('--add-boot')) addPartition(applying, '/boot', { filesystem: 'ext4', size: '1GiB' });
};

export const applyAutopart: Apply = (applying) => {
  const { args, draft, note, refuse } = applying;
  if (draft.seen.has('part')) return refuse(...EITHER_OR);
  if (draft.seen.has('reqpart')) return refuse(...NOT_BESIDE_AUTOPART);
  draft.seen.add('autopart');
  const type = args.text('--type')?.toLowerCase() ?? (args.has('--nolvm') ? 'plain' : undefined);
  if (type !== undefined && !['plain', 'partition', 'btrfs'].includes(type)) {
    if (!applying.options.plainPartitions) {
      return refuse(
        `--type=${type} makes LVM volumes, and hew makes plain partitions`,
        'write autopart --type=plain or --type=btrfs, or have the volumes made partitions: --plain-partitions',
      );
    }
    note('partitions instead of volumes');
  }
  const filesystem = args.text('--fstype') ?? 'ext4';
  if (filesystem === 'btrfs') return refuse('--fstype=btrfs is no scheme of partitions', 'write autopart --type=btrfs');
  if (type === 'btrfs' && args.has('--fstype')) return refuse('--type=btrfs has btrfs for its file system', 'remove --fstype');
  if (!KINDS.has(filesystem))
    return refuse(`hew makes no file system "${filesystem}"`, `write one of ${FILESYSTEMS.join(', ')}`);
  if (type === undefined) note('without --type each distribution chooses its own scheme; hew makes plain partitions');
  if (!args.has('--noswap'))
    note('no swap partition: its size would follow the memory of a machine; add part swap --size=N');
  addBootPartitions(applying);
  if (!args.has('--noboot')) addPartition(applying, '/boot', { filesystem, size: '1GiB' });
  if (type !== 'btrfs') return addPartition(applying, '/', { filesystem, size: 'rest' });
  const home = args.has('--nohome') ? [] : [{ name: 'home', mount: '/home' }];
  addPartition(applying, '/', { filesystem: 'btrfs', size: 'rest', subvolumes: [{ name: 'root', mount: '/' }, ...home] });
};

/** What the firmware needs. */
const addBootPartitions = (applying: Applying): void =>
  applying.options.firmware === 'bios'
    ? applying.draft.merge(PARTITIONS, 'biosboot', { mount: 'none', filesystem: 'none', size: '1MiB', type: BIOS_BOOT }, applying.node.place)
    : addPartition(applying, '/boot/efi', { filesystem: 'vfat', size: '512MiB' });

const addPartition = ({ draft, node }: Applying, mount: string, fields: Readonly<Record<string, unknown>>): void =>
  draft.merge(PARTITIONS, mount, { mount, ...fields }, node.place);

const LABELS: ReadonlyMap<string, string> = new Map([
  ['gpt', 'gpt'],
  ['msdos', 'mbr'],
  ['mbr', 'mbr'],
]);

export const applyClearpart: Apply = ({ args, draft, node, refuse }) => {
  const label = args.text('--disklabel');
  if (label === undefined) return;
  const known = LABELS.get(label);
  if (known === undefined) return refuse(`hew writes no partition table "${label}"`, 'write gpt or msdos');
  draft.set(['disk', 'label'], known, node.place);
};

export const applyZerombr: Apply = ({ note }) => note('the disk of an image is new and empty');
