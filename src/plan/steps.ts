import { filesystemOf, type Definition, type Output, type Partition } from '../definition/index.ts';
import { formatRow, isDiskOutput, platformsOf } from '../formats/rows.ts';
import type { ToolName } from '../tools.ts';
import type { Step } from './types.ts';

/** What decides which tools a build starts, besides its outputs. */
type Parts = Pick<Definition, 'boot' | 'disk'> & Partial<Pick<Definition, 'system'>>;

/** The stages of a build in order, each with the tools that it may start. Programs of the image are not among them. */
export function planSteps(outputs: readonly Output[], { boot, disk, system }: Parts): readonly Step[] {
  const formats = outputs.map(({ format }) => format).join(', ');
  const packTools = [...new Set(outputs.flatMap((output) => formatRow(output.format).tools(output.compression)))];
  const diskSteps: readonly Step[] = [
    { id: 'boot', title: `initrd (${boot?.initrd ?? 'systemd'}) and boot loader (${boot?.loader ?? 'systemd-boot'})`, tools: [...initrdTools(boot), ...(boot?.loader === 'grub2' ? [] : ['ukify' as const]), ...(system?.selinux === 'disabled' ? [] : ['setfiles' as const]), 'rpm'] },
    { id: 'disk', title: 'file systems and disk', tools: ['sfdisk', 'find', 'mv', 'cp', ...filesystemTools(disk)] },
  ];
  return [
    { id: 'resolve', title: 'resolve and fetch packages', tools: ['curl', 'gpg', 'rpmkeys', 'sh', 'flock', 'dnf5', 'xz', 'rpm'] },
    { id: 'verify', title: 'verify signatures', tools: ['rpmkeys'] },
    { id: 'install', title: 'install', tools: ['dnf5', 'rpm', 'systemd-sysusers'] },
    { id: 'configure', title: 'configure', tools: ['systemctl', 'sh'] },
    { id: 'clean', title: 'clean', tools: ['rpm'] },
    { id: 'audit', title: 'audit microarchitecture levels', tools: [] },
    ...(outputs.some(isDiskOutput) ? diskSteps : []),
    { id: 'pack', title: `pack ${formats}`, tools: packTools },
    { id: 'write', title: 'write artifacts', tools: [] },
    { id: 'check', title: checkTitle(outputs), tools: checkTools(outputs) },
    { id: 'digest', title: 'digests of the artifacts', tools: outputs.some(isDiskOutput) ? ['qemu-img'] : [] },
    { id: 'publish', title: 'write the evidence', tools: [] },
  ];
}

function checkTitle(outputs: readonly Output[]): string {
  const platforms = [...new Set(outputs.flatMap(platformsOf))];
  return platforms.length === 0 ? 'no rules to check' : `check the rules for ${platforms.join(', ')}`;
}

/** Tools that pack hew's own initrd; the kernel decides which of the two compressions. dracut packs its own with programs of the image. */
const initrdTools = (boot: Definition['boot']): readonly ToolName[] => (boot?.initrd === 'dracut' ? [] : ['sh', 'zstd', 'igzip']);

/** Tools that read the root and, in a disk, unpack its initrds, which may come from a package. */
const checkTools = (outputs: readonly Output[]): readonly ToolName[] => (outputs.flatMap(platformsOf).length === 0 ? []
  : ['rpm', 'find', ...(outputs.some(isDiskOutput) ? ['sh', 'zstd', 'igzip', 'xz'] as const : [])]);

/** The tool for each file system; file systems that cannot be made in place are copied in by qemu-img. */
const TOOLS_BY_FILESYSTEM: Readonly<Record<NonNullable<Partition['filesystem']>, readonly ToolName[]>> = {
  ext4: ['mkfs.ext4'],
  vfat: ['mkfs.vfat', 'mmd', 'mcopy'],
  xfs: ['mkfs.xfs', 'qemu-img'],
  btrfs: ['mkfs.btrfs', 'qemu-img'],
  erofs: ['mkfs.erofs', 'qemu-img'],
  swap: ['mkswap', 'qemu-img'],
  none: [],
};

const filesystemTools = (disk: Definition['disk']): readonly ToolName[] =>
  [...new Set((disk?.partitions ?? []).flatMap((partition) => TOOLS_BY_FILESYSTEM[filesystemOf(partition)]))];
