import { DISK_FORMATS, formatRow, platformsOf, sizeUnitOf } from '../../formats/rows.ts';
import { PLATFORM_ROWS, type PlatformRow } from '../../platforms/rows.ts';
import { bytesOf, type FILESYSTEMS } from '../../schema-words.ts';
import { listOf } from '../nearest.ts';
import { repeatsOf } from './repeats.ts';
import type { Candidate, DefinitionFault, DefinitionRule } from './rule.ts';

type Filesystem = (typeof FILESYSTEMS)[number];
type Disk = NonNullable<Candidate['disk']>;

const ESP_MOUNTS = ['/boot/efi', '/efi', '/boot'];
/** File systems that can hold a root; a root in RAM or on FAT cannot keep owners and modes. */
const ROOT_FILESYSTEMS: readonly Filesystem[] = ['ext4', 'xfs', 'btrfs', 'erofs'];

const DISK_LINES = [
  '[disk]', 'size = "5GiB"', '[[disk.partitions]]', 'mount = "/boot/efi"', 'filesystem = "vfat"', 'size = "200MiB"', '[[disk.partitions]]', 'mount = "/"', 'size = "rest"',
];

const isDisk = (format: string): boolean => DISK_FORMATS.includes(format);
const diskOutputs = ({ outputs }: Candidate): readonly string[] => outputs.map(({ format }) => format).filter(isDisk);
const withDisk = (find: (disk: Disk, definition: Candidate) => readonly DefinitionFault[]) =>
  (definition: Candidate): readonly DefinitionFault[] => (definition.disk === undefined ? [] : find(definition.disk, definition));

const isEsp = ({ mount, filesystem }: Disk['partitions'][number]): boolean =>
  ESP_MOUNTS.includes(mount) && (filesystem === 'vfat' || (filesystem === undefined && mount !== '/boot'));

/** The platforms of the outputs that take no swap on the system disk. */
const refusingSwap = (outputs: Candidate['outputs']): readonly { readonly label: string; readonly swapElsewhere: string }[] => {
  const ids = outputs.flatMap(platformsOf);
  return PLATFORM_ROWS.flatMap(({ id, label, swapElsewhere }: PlatformRow) => (swapElsewhere !== undefined && (ids as readonly string[]).includes(id) ? [{ label, swapElsewhere }] : []));
};

/** What the root needs before systemd mounts file systems, with /etc/fstab itself; links into /usr; what the kernel fills. */
const UNMOUNTABLE: readonly { readonly path: RegExp; readonly why: string }[] = [
  { path: /^\/etc$/, why: 'is read before anything is mounted: it holds the list of mounts' },
  { path: /^\/(?:bin|sbin|lib|lib64)(?:\/|$)/, why: 'is a link into /usr' },
  { path: /^\/(?:dev|proc|sys|run)(?:\/|$)/, why: 'is filled at boot' },
];

function mountFault(mount: string): Pick<DefinitionFault, 'message' | 'hint'> | undefined {
  const path = mount.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '');
  const row = UNMOUNTABLE.find((one) => one.path.test(path));
  if (row !== undefined) return { message: `nothing can be mounted at \`${mount}\`, which ${row.why}`, hint: 'remove the partition; its files belong on that of `/`' };
  return path === mount ? undefined : { message: `\`${mount}\` is not a plain path`, hint: `write it as \`${path}\`` };
}

export const diskRules: readonly DefinitionRule[] = [
  {
    id: 'boot-missing',
    ofAbsence: true,
    find: (definition) => (['boot', 'disk'] as const).flatMap((key) => (definition[key] === undefined && diskOutputs(definition).length > 0 ? [{
      path: ['outputs', definition.outputs.findIndex(({ format }) => isDisk(format))],
      message: `\`${diskOutputs(definition).join('`, `')}\` needs a [${key}] section`,
      hint: key === 'boot' ? 'add:\n[boot]\nfirmware = "uefi"' : `add:\n${DISK_LINES.join('\n')}`,
    }] : [])),
  },
  {
    id: 'boot-unused',
    ofAbsence: true,
    find: (definition) => (['boot', 'disk'] as const).flatMap((key) => (definition[key] !== undefined
      && definition.outputs.length > 0 && diskOutputs(definition).length === 0 ? [{
        path: [key],
          message: `[${key}] is set, and no output is a disk`,
          hint: `leave [${key}] out, or add an output ${listOf(DISK_FORMATS, 'or')}`,
      }] : [])),
  },
  {
    id: 'one-root',
    ofAbsence: true,
    find: withDisk(({ partitions }) => (partitions.some(({ mount }) => mount === '/') ? []
      : [{ path: ['disk'],
        message: 'the disk has no partition for `/`',
        hint: 'add:\n[[disk.partitions]]\nmount = "/"' }])),
  },
  {
    id: 'mount-twice',
    find: withDisk(({ partitions }) => [...repeatsOf(partitions, ({ mount }) => (mount.startsWith('/') ? mount : undefined)).keys()].map((index) => ({
      path: ['disk', 'partitions', index, 'mount'],
      message: `\`${partitions[index]?.mount ?? ''}\` is mounted twice`,
      hint: 'keep one of the partitions',
    }))),
  },
  {
    id: 'mount-point',
    find: withDisk(({ partitions }) => partitions.flatMap(({ mount, subvolumes }, index) =>
      [{ at: mount, path: ['mount'] }, ...subvolumes.map(({ mount: at }, nth) => ({ at, path: ['subvolumes', nth, 'mount'] }))].flatMap(({ at, path }) => {
        const wrong = mountFault(at);
        return wrong === undefined ? [] : [{ path: ['disk', 'partitions', index, ...path], ...wrong }];
      }))),
  },
  {
    id: 'esp-missing',
    ofAbsence: true,
    find: withDisk(({ partitions }, { boot }) => ((boot?.firmware ?? 'uefi') === 'uefi' && !partitions.some(isEsp) ? [{
      path: ['disk'],
        message: 'UEFI needs an EFI system partition',
        hint: 'add:\n[[disk.partitions]]\nmount = "/boot/efi"\nfilesystem = "vfat"\nsize = "200MiB"',
    }] : [])),
  },
  {
    id: 'root-filesystem',
    find: withDisk(({ partitions }) => partitions.flatMap(({ mount, filesystem = 'ext4' }, index) => (mount === '/' && !ROOT_FILESYSTEMS.includes(filesystem)
      ? [{ path: ['disk', 'partitions', index, 'filesystem'],
        message: `\`/\` cannot be ${filesystem}`,
        hint: `use one of ${ROOT_FILESYSTEMS.join(', ')}` }] : []))),
  },
  {
    id: 'swap-refused',
    find: withDisk(({ partitions }, { outputs }) => refusingSwap(outputs).slice(0, 1).flatMap(({ label, swapElsewhere }) =>
      partitions.flatMap(({ mount, filesystem }, index) => (mount === 'swap' || filesystem === 'swap'
        ? [{ path: ['disk', 'partitions', index],
          message: `${label} takes no swap on the system disk`,
          hint: swapElsewhere }] : [])))),
  },
  {
    id: 'rest-twice',
    find: withDisk(({ partitions }) => [...repeatsOf(partitions, ({ size }) => (size === 'rest' ? size : undefined)).keys()].map((index) => ({
      path: ['disk', 'partitions', index, 'size'],
      message: 'two partitions take the rest of the disk',
      hint: 'give one of them a size',
    }))),
  },
  {
    id: 'disk-too-small',
    find: withDisk(({ size, partitions }) => {
      if (size === 'minimal') return [];
      const sizes = partitions.map((partition) => partition.size ?? 'minimal').filter((one) => one !== 'rest' && one !== 'minimal');
      const needed = sizes.reduce((sum, one) => sum + bytesOf(one), 0);
      // Two copies of the GPT and the alignment to 1 MiB at either end.
      const missing = needed + 2 * 1024 ** 2 - bytesOf(size);
      return missing <= 0 ? [] : [{ path: ['disk', 'size'],
        message: `the partitions need ${Math.ceil(missing / 1024 ** 2)} MiB more than ${size}`,
        hint: 'enlarge the disk, or give one partition `size = "rest"`' }];
    }),
  },
  {
    id: 'disk-size-unit',
    find: withDisk(({ size }, { outputs }) => {
      const unit = sizeUnitOf(outputs);
      const asking = outputs.find(({ format }) => formatRow(format).disk?.sizeUnit === unit);
      return size === 'minimal' || unit === undefined || bytesOf(size) % unit === 0 ? [] : [{ path: ['disk', 'size'],
        message: `\`${asking?.format ?? ''}\` needs a disk of whole GiB, not ${size}`,
        hint: `use ${Math.ceil(bytesOf(size) / unit) * unit / 1024 ** 3}GiB` }];
    }),
  },
  {
    id: 'subvolumes',
    find: withDisk(({ partitions }) => partitions.flatMap(({ mount, filesystem, subvolumes }, index) => (subvolumes.length > 0 && filesystem !== 'btrfs'
      ? [{ path: ['disk', 'partitions', index, 'subvolumes'],
        message: `\`${mount}\` has subvolumes and is not btrfs`,
        hint: 'use `filesystem = "btrfs"`' }] : []))),
  },
  {
    id: 'loader-and-firmware',
    find: ({ boot }) => (boot?.firmware === 'bios' && boot.loader !== 'grub2' ? [{
      path: ['boot', 'loader'], message: `BIOS cannot start ${boot.loader}`, hint: 'use `loader = "grub2"`',
    }] : []),
  },
  {
    id: 'secure-boot-and-firmware',
    find: ({ boot }) => (boot?.firmware === 'bios' && boot['secure-boot'] === 'required' ? [{
      path: ['boot', 'secure-boot'], message: 'BIOS has no Secure Boot', hint: 'use `firmware = "uefi"`, or `secure-boot = "off"`',
    }] : []),
  },
  {
    // shim and firmware verify a unified kernel image as a whole. hew builds it, and has no key that they trust.
    id: 'secure-boot-and-loader',
    find: ({ boot }) => (boot?.firmware === 'uefi' && boot['secure-boot'] === 'required' && boot.loader !== 'grub2' ? [{
      path: ['boot', 'loader'],
      message: `\`${boot.loader}\` starts an unsigned unified kernel image, which firmware refuses with Secure Boot`,
      hint: 'use `loader = "grub2"` with the shim, GRUB and kernel signed by the distribution, as the profile `secure-boot` does',
    }] : []),
  },
];
