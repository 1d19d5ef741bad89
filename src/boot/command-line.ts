import type { BootDisk, BootPartition } from './types.ts';

export interface CommandLineRequest {
  readonly disk: BootDisk;
  /** `system.kernel-cmdline` of the definition. */
  readonly args: readonly string[];
  readonly fips: boolean;
}

/**
 * The kernel command line: where the root file system is, then what the definition says, which wins where the kernel or
 * systemd take the last of several.
 */
export function commandLine({ disk, args, fips }: CommandLineRequest): string {
  const root = disk.partitions.find(({ mount }) => mount === '/');
  const said = (name: string): boolean => args.some((argument) => argument === name || argument.startsWith(`${name}=`));
  return [
    ...(root === undefined ? [] : [`root=UUID=${root.filesystemUuid}`]),
    ...(root === undefined || said('ro') || said('rw') ? [] : [isReadOnly(root) ? 'ro' : 'rw']),
    ...(root === undefined || said('rootflags') ? [] : rootFlags(root)),
    // The image is configured when it is built: nobody is at the console of a virtual machine to be asked.
    ...(said('systemd.firstboot') ? [] : ['systemd.firstboot=no']),
    ...args,
    ...(fips ? fipsArguments(disk) : []),
  ].join(' ');
}

const isReadOnly = ({ filesystem, settings }: BootPartition): boolean =>
  filesystem === 'erofs' || settings.options.includes('ro');

/** Mount options that fstab cannot give, since it lies on that file system. */
function rootFlags({ settings }: BootPartition): string[] {
  const subvolume = settings.subvolumes.find(({ mount }) => mount === '/');
  return subvolume === undefined ? [] : [`rootflags=subvol=${subvolume.name}`];
}

/** The initrd checks the kernel's own digest, which lies on /boot: dracut.cmdline(7), `fips` and `boot`. */
function fipsArguments({ partitions }: BootDisk): string[] {
  const boot = partitions.find(({ mount }) => mount === '/boot');
  return ['fips=1', ...(boot === undefined ? [] : [`boot=UUID=${boot.filesystemUuid}`])];
}
