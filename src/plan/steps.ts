import { filesystemOf, type Definition, type Output, type Partition } from '../definition/index.ts';
import type { ToolName } from '../tools.ts';
import type { Step } from './types.ts';

type Platform = NonNullable<Output['verify']>[number];

/** An output that is a bootable disk. */
export type DiskOutput = Extract<Output, { format: 'raw' | 'qcow2' | 'vhd' | 'vhdx' }>;

/** Whether an output is a bootable disk. Pure. */
export const isDiskOutput = (output: Output): output is DiskOutput =>
  output.format === 'raw' || output.format === 'qcow2' || output.format === 'vhd' || output.format === 'vhdx';

/** The stages of a build in their order, each with the tools that it starts. Pure. */
export function planSteps(outputs: readonly Output[], { boot, disk }: Pick<Definition, 'boot' | 'disk'>): readonly Step[] {
  const formats = outputs.map(({ format }) => format).join(', ');
  const packTools = [...new Set(outputs.flatMap((output) => TOOLS_BY_FORMAT[output.format](output.compression)))];
  const diskSteps: readonly Step[] = [
    { id: 'boot', title: `initrd (${boot?.initrd ?? 'systemd'}) and boot loader (${boot?.loader ?? 'systemd-boot'})`, tools: ['zstd', ...(boot?.loader === 'grub2' ? [] : ['ukify' as const]), 'setfiles'] },
    { id: 'disk', title: 'file systems and disk', tools: ['sfdisk', 'find', 'mv', 'cp', ...filesystemTools(disk)] },
  ];
  return [
    { id: 'resolve', title: 'resolve and fetch packages', tools: ['gpg', 'dnf5', 'flock'] },
    { id: 'verify', title: 'verify signatures', tools: ['rpmkeys'] },
    { id: 'install', title: 'install', tools: ['dnf5', 'rpm'] },
    { id: 'configure', title: 'configure', tools: ['systemctl', 'openssl'] },
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

/** Whose rules an output must hold: what the definition names, or else what takes its format. Pure. */
export const platformsOf = (output: Output): readonly Platform[] => output.verify ?? PLATFORMS_BY_FORMAT[output.format];

const PLATFORMS_BY_FORMAT: Readonly<Record<Output['format'], readonly Platform[]>> = {
  oci: ['oci'], tar: [], wsl: ['wsl'], raw: ['qemu'], qcow2: ['qemu'], vhd: ['azure'], vhdx: ['hyperv'],
};

function checkTitle(outputs: readonly Output[]): string {
  const platforms = [...new Set(outputs.flatMap(platformsOf))];
  return platforms.length === 0 ? 'no rules to check' : `check the rules for ${platforms.join(', ')}`;
}

/** What makes each file system; those that cannot be made in their place are put there by qemu-img. */
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

const COMPRESSORS: Readonly<Record<string, readonly ToolName[]>> = { zstd: ['zstd'], gzip: ['igzip'], xz: ['xz'] };

const tarTools = (compression: string): readonly ToolName[] => ['tar', ...(COMPRESSORS[compression] ?? [])];

const TOOLS_BY_FORMAT: Readonly<Record<Output['format'], (compression: string) => readonly ToolName[]>> = {
  oci: tarTools,
  tar: tarTools,
  wsl: tarTools,
  raw: (compression) => COMPRESSORS[compression] ?? ['qemu-img'],
  qcow2: () => ['qemu-img'],
  vhd: () => ['qemu-img'],
  vhdx: () => ['qemu-img'],
};
