/** loader.conf(5) of systemd-boot. */
export const loaderConf = (timeout: number | undefined): string =>
  `timeout ${timeout ?? 0}\neditor no\nconsole-mode keep\n`;

export interface BlsEntry {
  /** `PRETTY_NAME` of os-release. */
  readonly title: string;
  readonly version: string;
  /** As the loader sees it: from the top of the file system that holds /boot. */
  readonly linux: string;
  readonly initrd: string;
  readonly options: string;
  /** Orders entries of one system: `ID` of os-release. */
  readonly sortKey: string;
}

/** A boot loader entry: https://uapi-group.org/specifications/specs/boot_loader_specification/ (type 1). */
export const blsEntry = ({ title, version, linux, initrd, options, sortKey }: BlsEntry): string =>
  [
    `title ${title} (${version})`,
    `version ${version}`,
    `sort-key ${sortKey}`,
    `linux ${linux}`,
    `initrd ${initrd}`,
    `options ${options}`,
    'grub_users $grub_users',
    'grub_arg --unrestricted',
    'grub_class kernel',
    '',
  ].join('\n');

export interface GrubConfig {
  readonly timeout: number | undefined;
  /** UUID of the file system that holds /boot. */
  readonly bootUuid: string;
  /** For a GRUB that cannot read boot loader entries, they are written out; undefined for one that can. */
  readonly entries: readonly BlsEntry[] | undefined;
}

/** grub.cfg in /boot/grub2. */
export function grubConfig({ timeout, bootUuid, entries }: GrubConfig): string {
  return [
    'set default=0',
    `set timeout=${timeout ?? 0}`,
    // The console of a machine without a screen as well.
    'serial --speed=115200 --unit=0 --word=8 --parity=no --stop=1',
    'terminal_input console serial',
    'terminal_output console serial',
    'if [ -s $prefix/grubenv ]; then load_env; fi',
    `search --no-floppy --fs-uuid --set=root ${bootUuid}`,
    ...(entries === undefined ? ['insmod blscfg', 'blscfg'] : entries.flatMap(menuEntry)),
    '',
  ].join('\n');
}

const menuEntry = ({ title, version, linux, initrd, options }: BlsEntry): readonly string[] => [
  `menuentry ${quote(`${title} (${version})`)} --unrestricted {`,
  `  linux ${linux} ${options}`,
  `  initrd ${initrd}`,
  '}',
];

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The grub.cfg beside an EFI GRUB, or inside a BIOS one: leads to the one in `folder` of that file system. */
export const grubRedirect = (bootUuid: string, folder: string): string =>
  [
    `search --no-floppy --fs-uuid --set=root ${bootUuid}`,
    `set prefix=($root)${folder}`,
    'export prefix',
    'configfile $prefix/grub.cfg',
    '',
  ].join('\n');

/** An empty environment block: 1,024 bytes, filled with `#` (GRUB manual, "The GRUB environment block"). */
export const GRUB_ENVIRONMENT = '# GRUB Environment Block\n'.padEnd(1024, '#');
