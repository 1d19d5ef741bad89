import type { CodeRows } from './row.ts';

export const ruleCodes = {
  'image-incomplete': {
    cause: 'A definition has no `name`, `version` or `distro`.',
    remedy: 'Add the key at the top of the file, or give `--distro`.',
  },
  'no-output': {
    cause: 'A definition has no `[[outputs]]`.',
    remedy: 'Add `[[outputs]]` with a `format`, or give `--format`.',
  },
  'output-twice': {
    cause: 'Two outputs have the same format.',
    remedy: 'Keep one of them.',
  },
  'compression-level': {
    cause: '`compression-level` is out of range for the compressor, or nothing is compressed.',
    remedy: 'Choose a level in the range of the message, or remove the key.',
  },
  'name-too-long': {
    cause: '`name` and `version` are together too long for a file name.',
    remedy: 'Shorten the name.',
  },
  'install-and-exclude': {
    cause: '`packages.install` names a package that `packages.exclude` excludes.',
    remedy: 'Remove the package from `install`, or narrow the pattern in `exclude`.',
  },
  'package-name': {
    cause: 'An entry of `packages.install` is not a package name.',
    remedy: 'Write one name per entry, and put packages to leave out into `packages.exclude`.',
  },
  'remove-and-install': {
    cause: 'A package is both in `packages.install` and in `packages.remove-after-install`.',
    remedy: 'Remove it from `install`: what only the installation needs comes as a dependency.',
  },
  'local-rpm': {
    cause: 'An entry of `packages.local` is not the path of an `.rpm` file.',
    remedy: 'Put names of packages into `packages.install`.',
  },
  'local-rpm-twice': {
    cause: 'Two entries of `packages.local` have the same file name.',
    remedy: 'Rename one of the files: the lock identifies local RPMs by file name.',
  },
  'level-without-meaning': {
    cause: 'A microarchitecture level is asked for on an architecture that has none.',
    remedy: 'Set `hardware.level = "baseline"`, or leave the level out.',
  },
  'arch-twice': {
    cause: '`hardware.arch` lists an architecture twice.',
    remedy: 'List each architecture once.',
  },
  'level-twice': {
    cause: '`hardware.level` lists a level twice.',
    remedy: 'List each level once.',
  },
  'service-contradiction': {
    cause: 'A unit is enabled, and also disabled or masked.',
    remedy: 'Remove it from one of the lists with `[[overrides]] remove` and a reason.',
  },
  'mask-reason': {
    cause: 'A unit is masked without a reason.',
    remedy: 'Add the unit with its reason to `[system.services.mask-reasons]`.',
  },
  'account-twice': {
    cause: 'Two users, or two groups, have the same name.',
    remedy: 'Keep one of them.',
  },
  'root-user': {
    cause: '`[[system.users]]` has an entry for root.',
    remedy: 'Use `system.root-password` with a hash, and `system.root-ssh-keys`.',
  },
  'id-twice': {
    cause: 'Two users have the same `uid`.',
    remedy: 'Give each user its own `uid`.',
  },
  'timezone-name': {
    cause: '`system.timezone` is almost the name of a time zone.',
    remedy: 'Write it as the tz database does, such as `Europe/Paris`.',
  },
  'kernel-argument': {
    cause: 'An entry of `system.kernel-cmdline` is empty or holds several arguments.',
    remedy: 'Write one argument per entry, as in `["quiet", "console=ttyS0"]`.',
  },
  'fips-argument': {
    cause: '`system.kernel-cmdline` sets `fips`, which has a key of its own.',
    remedy: 'Set `fips = true` in `[system]`.',
  },
  'root-argument': {
    cause: '`system.kernel-cmdline` sets `root`, which hew sets itself.',
    remedy: 'Remove it: the root is the partition of `[disk]` with `mount = "/"`.',
  },
  'network-device': {
    cause: '`device` of a network device is not one interface name, pattern or MAC address.',
    remedy: 'Write a name such as `eth0`, a pattern such as `en*`, a MAC address, or `link` for every wired interface.',
  },
  'network-address': {
    cause: 'An address, gateway, name server or domain of a network device cannot work.',
    remedy: 'Write addresses with a prefix length (`192.0.2.7/24`), a gateway in the network of one of them, and name servers as IP addresses.',
  },
  'network-contradiction': {
    cause: 'Two keys of a network device contradict each other, such as DHCP and a static IPv4 address.',
    remedy: 'Keep one of the two that the message names.',
  },
  'static-address': {
    cause: 'A network device is static and has no address.',
    remedy: 'Add `addresses = ["192.0.2.7/24"]` to it.',
  },
  'plain-text-password': {
    cause: 'A password is in plain text, not a crypt(5) hash.',
    remedy: 'Make a hash with `openssl passwd -6`, or use `ssh-keys`.',
  },
  'weak-password-hash': {
    cause: 'A password hash uses a method that can be broken, such as DES or MD5.',
    remedy: 'Make a new hash with `openssl passwd -6`.',
  },
  'private-key': {
    cause: 'The definition holds a private key.',
    remedy: 'Remove it, and deliver secrets at first boot (cloud-init) or through a mounted secret.',
  },
  'ssh-key': {
    cause: 'An entry of `ssh-keys` is not a line of authorized_keys.',
    remedy: 'Paste the content of a `.pub` file, which begins as `ssh-ed25519 AAAA…`.',
  },
  'leaves-folder': {
    cause: 'An input file is outside the folder of the definition.',
    remedy: 'Copy the file beside the definition and name it by a relative path.',
  },
  'file-content': {
    cause: 'A `[[files]]` entry has none, or several, of `content`, `source` and `link`.',
    remedy: 'Give exactly one of them.',
  },
  'file-mode': {
    cause: 'The mode of a `[[files]]` entry is world-writable, set-user-ID or set-group-ID, or belongs to a link.',
    remedy: 'Use a mode such as 0644 or 0755, and no mode for links.',
  },
  'file-not-kept': {
    cause: 'A `[[files]]` entry writes to a path that a later step of the build, or the running system, replaces.',
    remedy: 'Remove the entry, and use the key or the mechanism that the hint names.',
  },
  'file-twice': {
    cause: 'Two `[[files]]` entries write the same path.',
    remedy: 'Keep one of them.',
  },
  'script-content': {
    cause: 'A `[[scripts]]` entry has neither or both of `run` and `content`.',
    remedy: 'Give exactly one of them.',
  },
  'script-reason': {
    cause: 'A script has `network = true` or `on-failure = "ignore"` without a reason.',
    remedy: 'Add `reason = "…"` to the script.',
  },
  'boot-missing': {
    cause: 'An output is a disk, and the definition has no `[boot]` or no `[disk]`.',
    remedy: 'Add `[boot]` with `firmware = "uefi"` and `[disk]` with its partitions, or extend a profile that has them.',
  },
  'boot-unused': {
    cause: 'The definition has `[boot]` or `[disk]`, and no output is a disk.',
    remedy: 'Remove the section, or add an output that is a disk.',
  },
  'one-root': {
    cause: '`[disk]` has no partition for `/`.',
    remedy: 'Add `[[disk.partitions]]` with `mount = "/"`.',
  },
  'mount-twice': {
    cause: 'Two partitions have the same mount point.',
    remedy: 'Keep one of them.',
  },
  'mount-point': {
    cause: 'A partition or subvolume is mounted where nothing can be mounted, such as `/etc`, or its path is not plain.',
    remedy: 'Remove it, or write the path as the hint has it.',
  },
  'esp-missing': {
    cause: 'The image boots by UEFI and has no EFI system partition.',
    remedy: 'Add `[[disk.partitions]]` with `mount = "/boot/efi"`, `filesystem = "vfat"` and `size = "200MiB"`.',
  },
  'root-filesystem': {
    cause: 'The file system of `/` cannot hold a root.',
    remedy: 'Use ext4, xfs, btrfs or erofs.',
  },
  'swap-refused': {
    cause: 'The system disk has swap, and a platform of the outputs refuses that.',
    remedy: 'Remove the partition, and put swap where the hint of the error says.',
  },
  'rest-twice': {
    cause: 'Two partitions have `size = "rest"`.',
    remedy: 'Give one of them a size.',
  },
  'disk-size-unit': {
    cause: 'An output needs a disk of whole GiB, and `disk.size` is not.',
    remedy: 'Use the size that the hint names.',
  },
  'subvolumes': {
    cause: 'A partition has subvolumes and is not btrfs.',
    remedy: 'Set `filesystem = "btrfs"`, or remove the subvolumes.',
  },
  'loader-and-firmware': {
    cause: '`boot.firmware` is `bios`, and the loader cannot start from a BIOS.',
    remedy: 'Set `boot.loader = "grub2"`.',
  },
  'secure-boot-and-firmware': {
    cause: '`boot.secure-boot` is on, and the image boots by BIOS.',
    remedy: 'Set `boot.firmware = "uefi"`, or `boot.secure-boot = "off"`.',
  },
  'secure-boot-and-loader': {
    cause: '`boot.secure-boot` is on, and the loader starts a unified kernel image that hew makes and nobody signs.',
    remedy: 'Set `boot.loader = "grub2"` with the signed shim, GRUB and kernel, as the profile `secure-boot` does.',
  },
  'read-only-root': {
    cause: '`/` is read-only, and nothing writable is at `/var`.',
    remedy: 'Add a partition for `/var`, or `systemd.volatile=state` to `system.kernel-cmdline`.',
  },
  'boot-filesystem': {
    cause: 'GRUB cannot read the file system that holds `/boot`.',
    remedy: 'Add a partition for `/boot` with ext4 or xfs, or set `boot.loader = "uki"`.',
  },
  'btrfs-checksum': {
    cause: 'A btrfs partition has a checksum kind for which identifiers differ from build to build.',
    remedy: 'Remove the option: crc32c is the default, and reproducible.',
  },
  'oci-environment': {
    cause: 'An OCI output sets an environment variable twice.',
    remedy: 'Keep one of the entries of `config.env`.',
  },
  'oci-user': {
    cause: '`config.user` of an OCI output is not a user.',
    remedy: 'Write a name or number, and after a colon a group.',
  },
  'oci-command': {
    cause: '`cmd` or `entrypoint` of an OCI output is empty.',
    remedy: 'Name a program as in `["/bin/bash"]`, or remove the key.',
  },
  'repository-source': {
    cause: 'A repository has none, or several, of `baseurl`, `metalink` and `mirrorlist`.',
    remedy: 'Give exactly one of them.',
  },
  'repository-url': {
    cause: 'The address of a repository is not a URL.',
    remedy: 'Write it with `https://`, `http://`, `ftp://` or `file:///`.',
  },
  'client-certificate': {
    cause: 'A repository has one of `sslclientcert` and `sslclientkey` without the other.',
    remedy: 'Give both, or neither.',
  },
  'repository-id': {
    cause: 'A repository has the id `main`, which dnf5 reads as its own settings.',
    remedy: 'Give the repository another id.',
  },
  'repository-twice': {
    cause: 'Two repositories have the same id.',
    remedy: 'Give each repository its own id.',
  },
  'signature-check-off': {
    cause: 'A repository turns `gpgcheck` or `repo_gpgcheck` off without a reason.',
    remedy: 'Remove the key and name the public key in `gpgkey`, or add `reason = "…"`.',
  },
  'key-insecure': {
    cause: 'A key comes over HTTP or FTP, where anybody on the way can replace it.',
    remedy: 'Use an `https://` address, or pin the key with `fingerprints`.',
  },
} as const satisfies CodeRows;
