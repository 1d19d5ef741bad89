import { posix } from 'node:path';

import { ESP_OPTIONS, PARTITION_TYPES, ROOT_TYPES } from '../../disk/index.ts';
import { espOf, espsOf, firmwareOf, removableOf } from '../read/firmware.ts';
import { readFstab } from '../read/fstab.ts';
import { INTERESTS } from '../gather/interest.ts';
import { filesOf, textAt } from '../read/files.ts';
import { unitState } from '../read/units.ts';
import { fail, judge, listed, notApplicable, of, pass, type Rule } from './rule.ts';

const TESTS = 'https://github.com/microsoft/azurelinux (image tests of Azure Linux 4.0)';
const UEFI = 'https://uefi.org/specs/UEFI/2.10/03_Boot_Manager.html#removable-media-boot-behavior';
const SWAP_TYPES = [PARTITION_TYPES['swap'], '0x82'];

/** Types of partitions that hold no file system and no system. */
const WITHOUT_FILES = [
  PARTITION_TYPES['bios-boot'], ...SWAP_TYPES,
  ...Object.entries(PARTITION_TYPES).flatMap(([name, type]) => (name.endsWith('-verity') ? [type] : [])),
];

/** What every disk that starts must have: partitions, one root, an ESP. */
export const DISK_RULES: readonly Rule[] = [
  {
    id: 'disk.partition-table',
    severity: 'error',
    title: 'It is a disk with a whole partition table, and nothing lies beside the partitions',
    check: ({ disk }) => {
      if (disk === undefined) return fail('it is no disk');
      if (disk.table === undefined) return fail(`there is no partition table: ${disk.tableProblem}`);
      return judge(disk.table.problems, `${disk.table.label.toUpperCase()} with ${disk.table.partitions.length} partitions`);
    },
    remedy: 'Build one of the disk formats, and align the disk before it is converted: a changed size leaves the backup GPT behind',
    source: 'https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html',
  },
  {
    id: 'disk.one-root',
    severity: 'error',
    title: 'There is exactly one `/`, and no partition that could hold another',
    check: of('disk', ({ table }, { root, boot }) => {
      const holders = (table?.partitions ?? []).filter(({ holdsRoot, type, filesystem }) =>
        holdsRoot || (filesystem !== undefined && ROOT_TYPES.includes(type))).length;
      if (root === undefined || holders === 0) return fail('no partition holds an operating system');
      const lines = readFstab(textAt(root, '/etc/fstab') ?? '').filter(({ mount }) => mount === '/').length;
      const named = boot?.entries.some(({ commandLine }) => /(?:^|\s)root=/.test(commandLine)) === true;
      if (holders > 1) return fail(`${holders} partitions are a root`);
      const unknown = (table?.partitions ?? []).filter(({ type, other }) => other !== undefined && other !== 'nothing' && !WITHOUT_FILES.includes(type));
      if (unknown.length > 0) return fail(listed(unknown.map(({ number, other }) => `partition ${number} holds ${other}, in which another may lie`)));
      if (lines > 1) return fail(`/etc/fstab has ${lines} lines for /`);
      return lines === 1 || named ? pass('one partition, named once') : fail('neither /etc/fstab nor a command line names the root');
    }),
    remedy: 'Give the definition one [[disk.partitions]] with mount = "/"; hew writes the line of fstab',
    source: TESTS,
  },
  {
    id: 'disk.esp',
    severity: 'error',
    title: 'A disk for UEFI has a FAT EFI system partition with the removable-media path',
    check: of('disk', (disk, facts) => {
      const { bios, uefiFault } = firmwareOf(disk, facts);
      if (disk.table === undefined) return notApplicable('there is no partition table');
      const { length } = espsOf(disk);
      if (length > 1) return fail(`there are ${length} EFI system partitions, and which of them starts is up to the firmware`);
      if (espOf(disk) === undefined && bios) return notApplicable('it starts by BIOS alone');
      if (disk.espProblem !== undefined) return fail(`the EFI system partition is damaged: ${disk.espProblem}`);
      return uefiFault === '' ? pass(`${removableOf(disk)} is there`) : fail(uefiFault);
    }),
    remedy: 'Add a vfat partition at /boot/efi and a loader; hew puts it at EFI/BOOT/BOOTX64.EFI (BOOTAA64.EFI on arm64)',
    source: UEFI,
  },
  {
    id: 'disk.esp-fstab',
    severity: 'error',
    title: 'One line of fstab mounts the EFI system partition by UUID, for root alone',
    check: of('root', (root, { disk }) => {
      const esp = disk && espOf(disk);
      if (esp === undefined) return notApplicable('there is no EFI system partition');
      const lines = readFstab(textAt(root, '/etc/fstab') ?? '').filter(({ type, mount }) => type === 'vfat' || /^\/(?:boot\/)?efi$/.test(mount));
      const [line] = lines;
      if (line === undefined || lines.length > 1) return fail(`/etc/fstab has ${lines.length} lines for it`);
      const uuid = /^UUID=([0-9A-F]{4}-[0-9A-F]{4})$/.exec(line.source)?.[1];
      const own = esp.filesystem?.uuid.toUpperCase();
      return judge([
        ...(uuid === undefined ? [`${line.source} is no UUID=XXXX-XXXX`] : []),
        ...(uuid === undefined || own === undefined || uuid === own ? [] : [`its UUID is ${own}, not ${uuid}`]),
        ...(line.mount === '/boot/efi' ? [] : [`it is mounted at ${line.mount}`]),
        ...(line.type === 'vfat' ? [] : [`its type is ${line.type}`]),
        ...(line.options.includes('umask=0077') ? [] : [`its options are ${line.options.join(',')}, without umask=0077`]),
        ...(line.dump === '0' && line.pass === '0' ? [] : [`it ends in ${line.dump} ${line.pass}`]),
      ], `${line.source} at ${line.mount}`);
    }),
    remedy: 'Write `UUID=XXXX-XXXX /boot/efi vfat defaults,umask=0077 0 0`; hew writes it for a vfat partition at /boot/efi',
    source: TESTS,
  },
  {
    id: 'disk.esp-options',
    severity: 'warning',
    title: 'The EFI system partition is mounted without programs, devices, set-user-ID bits and links',
    check: of('root', (root) => {
      const line = readFstab(textAt(root, '/etc/fstab') ?? '').find(({ type, mount }) => type === 'vfat' || /^\/(?:boot\/)?efi$/.test(mount));
      if (line === undefined) return notApplicable('fstab mounts none');
      return judge(ESP_OPTIONS.filter((option) => !line.options.includes(option)).map((option) => `${line.mount} is mounted without ${option}`), line.options.join(','));
    }),
    remedy: 'Leave the options of the partition at /boot/efi out of the definition, so that hew writes them; or add noexec, nodev, nosuid and nosymfollow',
    source: TESTS,
  },
];

/** A rule against swap on the system disk. */
export function noSwap(id: string, rest: Pick<Rule, 'severity' | 'remedy' | 'source'>): Rule {
  return {
    id,
    title: 'There is no swap: no partition, no line of fstab, no unit',
    check: of('disk', ({ table }, { root }) => {
      const partitions = (table?.partitions ?? []).filter(({ type, filesystem }) => SWAP_TYPES.includes(type) || filesystem?.type === 'swap');
      const lines = root === undefined ? [] : readFstab(textAt(root, '/etc/fstab') ?? '').filter(({ type }) => type === 'swap');
      const units = root === undefined ? [] : filesOf(root, INTERESTS.units).filter(({ path }) => path.endsWith('.swap') && unitState(root, posix.basename(path)) !== 'masked');
      return judge([
        ...units.map(({ path }) => `${path} swaps`),
        ...partitions.map(({ number }) => `partition ${number} is swap`),
        ...lines.map(({ source }) => `/etc/fstab swaps to ${source}`),
      ], 'none');
    }),
    ...rest,
  };
}

/** Of platforms that run an image that swaps. Whoever writes `part swap` means it, and hears what it costs. */
export const OPTIONAL_SWAP_RULE = noSwap('disk.no-swap', {
  severity: 'warning',
  remedy: 'Take the swap partition out of [[disk.partitions]], unless the machine is to swap to its system disk',
  source: TESTS,
});
