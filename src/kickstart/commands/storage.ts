import { applied, ignored, refused, type CommandRow } from './row.ts';

const NEW_DISK = 'the disk of an image is new, empty and the only one';
const EXISTING = [
  'an image’s disk is new: it has no partitions yet',
  'give `--size` and leave the partition to hew',
] as const;
const ENCRYPTION = [
  'hew makes no LUKS volumes: the key of an image would be known to everyone who has it',
  'encrypt at first boot, or at rest where the disk is kept',
] as const;
const NO_VOLUMES = 'hew makes plain partitions and btrfs, no other volumes';
const ONE_DEVICE = 'it lies on one partition, and redundancy belongs below the virtual disk';
const MACHINE = 'it describes the storage of one machine, not of an image';
const LUKS_OPTIONS =
  '--encrypted --passphrase= --hw-passphrase= --escrowcert= --backuppassphrase --luks-version= --cipher= --pbkdf= --pbkdf-memory=# ' +
  '--pbkdf-time=# --pbkdf-iterations=#';
const NO_LUKS = Object.fromEntries(
  LUKS_OPTIONS.split(' ').map((option) => [option.replace(/=.*/, ''), ENCRYPTION] as const),
);
const NO_MEMORY = ['the right size follows from the memory of a machine, which an image does not know', 'give `--size`'] as const;
const PLAIN_SIZE = ['hew sizes partitions when the image is made', 'give the size by `--size`'] as const;
const NO_GROUP = 'a partition belongs to no group of volumes';
const VOLUME_DETAILS = Object.fromEntries(
  '--thin --poolname --chunksize --metadatasize --profile --cachesize --cachepvs --cachemode'.split(' ').map((option) => [option, NO_GROUP] as const),
);
const NO_SWAP = ['hew makes no swap partition by itself', 'write `part swap --size=N`'] as const;
const FILESYSTEM_OPTIONS = '--fstype= --fsoptions= --fsprofile= --mkfsoptions= --label=';

/** Disks, partitions and what lies on them. */
export const storageCommands: readonly CommandRow[] = [
  applied('part partition', 'becomes a partition; `--grow` takes the rest of the disk; `--onpart` takes one that %pre makes', {
    words: [1, 1],
    options:
      `${FILESYSTEM_OPTIONS.replace('--fstype', '--fstype|--type')} --size=# --maxsize=# --grow --recommended --hibernation ` +
      `--asprimary --active --noformat --bytes-per-inode=#! ` +
      `--resize --ondisk|--ondrive= --onbiosdisk=! --onpart|--usepart= --uuid= --end=! --start=! ${LUKS_OPTIONS}`,
    ignore: {
      '--asprimary': 'GPT has no other partitions',
      '--active': 'GPT has no active flag',
      '--ondisk': NEW_DISK,
      '--onbiosdisk': NEW_DISK,
    },
    refuse: {
      ...NO_LUKS,
      '--noformat': EXISTING,
      '--resize': EXISTING,
      '--uuid': ['identifiers are derived, so that builds can be repeated', 'remove the option, or use `--label`'],
      '--maxsize': PLAIN_SIZE,
      '--recommended': NO_MEMORY,
      '--hibernation': NO_MEMORY,
      '--fsprofile': ['hew has no key for it', 'use `--mkfsoptions="-T PROFILE"`'],
      '--bytes-per-inode': ['hew has no key for it', 'use `--mkfsoptions="-i BYTES"`'],
      '--start': ['hew places partitions itself', 'give `--size`'],
      '--end': ['hew places partitions itself', 'give `--size`'],
    },
  }),
  applied('reqpart', 'makes the ESP (or the BIOS boot partition), and `/boot` with `--add-boot`', {
    options: '--add-boot',
  }),
  applied('autopart', 'makes the ESP, `/boot` and `/`, as plain partitions or with `--type=btrfs` as subvolumes', {
    options: `--type= --fstype= --noboot --nohome --noswap --nolvm! --hibernation --hidden-swap ${LUKS_OPTIONS}`,
    rules: { choices: { '--type': 'lvm btrfs plain partition thinp LVM BTRFS PLAIN PARTITION THINP' } },
    ignore: {
      '--nohome': 'there is no partition for /home; a subvolume only with `--type=btrfs`',
      '--noswap': 'hew makes no swap partition unless a `part` line asks for one',
    },
    refuse: {
      ...NO_LUKS,
      '--hibernation': NO_SWAP,
      '--hidden-swap': NO_SWAP,
    },
  }),
  applied('clearpart', 'accepted: the disk is always empty; `--disklabel` chooses the partition table', {
    options: '--all --none --linux --initlabel --drives=, --list=, --disklabel= --cdl',
    ignore: {
      '--all': NEW_DISK,
      '--none': NEW_DISK,
      '--linux': NEW_DISK,
      '--initlabel': NEW_DISK,
      '--drives': NEW_DISK,
      '--list': NEW_DISK,
    },
    refuse: { '--cdl': ['it concerns IBM Z disks', 'remove the option'] },
  }),
  applied('zerombr', 'accepted: the disk is always empty', { words: [0, 1] }),
  ignored('ignoredisk', NEW_DISK, {
    options: '--drives=, --only-use=, --interactive!',
    rules: {
      needsOne: '--drives --only-use --interactive',
      excludes: ['--drives --only-use --interactive'],
    },
  }),
  applied('logvol', 'becomes a partition of its size with `--plain-partitions`, and is refused without', {
    words: [1, 1],
    options:
      `${FILESYSTEM_OPTIONS} --vgname= --name= --size=# --maxsize=# --grow --recommended --hibernation ` +
      `--percent=# --noformat ` +
      '--useexisting --resize --thinpool --thin --poolname= --chunksize=# --metadatasize=# --profile= ' +
      '--cachesize=# ' +
      `--cachepvs=, --cachemode= --bytes-per-inode=#! ${LUKS_OPTIONS}`,
    rules: { needs: '--name --vgname' },
    ignore: VOLUME_DETAILS,
    refuse: {
      ...NO_LUKS,
      '--noformat': EXISTING,
      '--useexisting': EXISTING,
      '--resize': EXISTING,
      '--maxsize': PLAIN_SIZE,
      '--recommended': NO_MEMORY,
      '--hibernation': NO_MEMORY,
      '--fsprofile': ['hew has no key for it', 'use `--mkfsoptions="-T PROFILE"`'],
      '--bytes-per-inode': ['hew has no key for it', 'use `--mkfsoptions="-i BYTES"`'],
    },
  }),
  applied('volgroup', 'gathers volumes that become partitions with `--plain-partitions`, and is refused without', {
    words: [1, 99],
    options: '--noformat --useexisting --pesize=# --reserved-space=# --reserved-percent=#',
    ignore: { '--pesize': NO_GROUP, '--reserved-space': NO_GROUP, '--reserved-percent': NO_GROUP },
    refuse: { '--noformat': EXISTING, '--useexisting': EXISTING },
  }),
  refused('raid', NO_VOLUMES, 'write `part` lines; redundancy belongs below the virtual disk', {
    words: [1, 99],
    options:
      `${FILESYSTEM_OPTIONS} --level= --device= --spares=# --noformat --useexisting --chunksize=# ` +
      `--metadata= --bitmap ` +
      LUKS_OPTIONS,
  }),
  applied('btrfs', 'makes a btrfs volume of one partition, or a subvolume', {
    words: [1, 99],
    options: '--noformat --useexisting --label= --data= --metadata= --subvol --parent= --name= --mkfsoptions=',
    ignore: { '--data': ONE_DEVICE, '--metadata': ONE_DEVICE },
    refuse: { '--noformat': EXISTING, '--useexisting': EXISTING },
  }),
  refused('stratispool', NO_VOLUMES, 'write `part` lines', { words: [1, 99], options: '--encrypted --passphrase=' }),
  refused('stratisfs', NO_VOLUMES, 'write `part` lines', { words: [1, 1], options: '--pool= --name= --size=#' }),
  refused('snapshot', 'hew makes no LVM volumes, so there is nothing to take a snapshot of', 'remove the line', {
    words: [1, 1],
    options: '--name= --when=',
  }),
  refused('mount', 'an image’s disk is new: there is nothing to mount', 'write `part` lines', {
    words: [2, 2],
    options: '--reformat= --mkfsoptions= --mountoptions= --repart',
  }),
  refused('fcoe', MACHINE, 'configure it at first boot', { options: '--nic= --dcb --autovlan' }),
  refused('iscsi', MACHINE, 'configure it at first boot', {
    options: '--target= --ipaddr= --port= --user= --password= --reverse-user= --reverse-password= --iface=',
  }),
  refused('iscsiname', MACHINE, 'configure it at first boot', { words: [1, 1] }),
  refused('zfcp', MACHINE, 'configure it at first boot', {
    options: '--devnum= --wwpn= --fcplun= --scsiid=! --scsilun=!',
  }),
  refused('nvdimm', MACHINE, 'configure it at first boot', {
    words: [1, 1],
    options: '--namespace= --blockdevs=, --mode= --sectorsize=#',
    deprecated: true,
  }),
  refused('multipath', MACHINE, 'configure it at first boot', {
    options: '--name= --device= --rule=',
    deprecated: true,
  }),
  refused('dmraid', MACHINE, 'configure it at first boot', { options: '--name= --dev=', deprecated: true }),
  refused('zipl', 'hew builds for x86_64 and aarch64, not for IBM Z', 'remove the line', {
    options: '--secure-boot --no-secure-boot --force-secure-boot',
  }),
];
