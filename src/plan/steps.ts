import { filesystemOf, type Definition, type Output, type Partition } from '../definition/index.ts';
import { formatRow, isDiskOutput, platformsOf } from '../formats/rows.ts';
import type { ToolName } from '../tools.ts';
import type { Step } from './types.ts';

/** The stages of a build in order, each with the tools that it starts. */
export function planSteps(outputs: readonly Output[], { boot, disk }: Pick<Definition, 'boot' | 'disk'>): readonly Step[] {
  const formats = outputs.map(({ format }) => format).join(', ');
  const packTools = [...new Set(outputs.flatMap((output) => formatRow(output.format).tools(output.compression)))];
  const diskSteps: readonly Step[] = [
    { id: 'boot', title: `initrd (${boot?.initrd ?? 'systemd'}) and boot loader (${boot?.loader ?? 'systemd-boot'})`, tools: ['zstd', ...(boot?.loader === 'grub2' ? [] : ['ukify' as const]), 'setfiles'] },
    { id: 'disk', title: 'file systems and disk', tools: ['sfdisk', 'find', 'mv', 'cp', ...filesystemTools(disk)] },
  ];
  return [
    { id: 'resolve', title: 'resolve and fetch packages', tools: ['gpg', 'dnf5', 'flock'] },
    { id: 'verify', title: 'verify signatures', tools: ['rpmkeys'] },
    { id: 'install', title: 'install', tools: ['dnf5', 'rpm'] },
    { id: 'configure', title: 'configure', tools: ['systemctl'] },
    { id: 'clean', title: 'clean', tools: ['rpm'] },
    { id: 'audit', title: 'audit microarchitecture levels', tools: [] },
    ...(outputs.some(isDiskOutput) ? diskSteps : []),
    { id: 'pack', title: `pack ${formats}`, tools: packTools },
    { id: 'write', title: 'write artifacts', tools: [] },
    { id: 'check', title: checkTitle(outputs), tools: ['rpm'] },
    { id: 'digest', title: 'digests of the artifacts', tools: [] },
    { id: 'publish', title: 'write the evidence', tools: [] },
  ];
}

function checkTitle(outputs: readonly Output[]): string {
  const platforms = [...new Set(outputs.flatMap(platformsOf))];
  return platforms.length === 0 ? 'no rules to check' : `check the rules for ${platforms.join(', ')}`;
}

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
