import { describe, expect, it } from 'vitest';

import { commandLine } from '../../../src/boot/command-line.ts';
import { growerOf, repartFile } from '../../../src/boot/grow-root.ts';
import { dracutCommand } from '../../../src/boot/initrd/dracut.ts';
import { ISA } from '../../../src/isa/rows.ts';
import { builtInFolders, findGrubEfi, findShim } from '../../../src/boot/loader/find-signed.ts';
import { blsEntry, GRUB_ENVIRONMENT, grubConfig, grubRedirect, loaderConf, type BlsEntry } from '../../../src/boot/loader/loader-config.ts';
import { ukifyCommand } from '../../../src/boot/loader/uki.ts';
import { parseOsRelease } from '../../../src/boot/os-release.ts';
import { indexRoot } from '../../../src/boot/root-index.ts';
import type { BootDisk, BootPartition } from '../../../src/boot/types.ts';
import { memoryTree, type Node } from '../isa/memory-tree.ts';

const partition = (mount: string, more: Partial<BootPartition> = {}): BootPartition => ({
  role: mount === '/' ? 'root' : 'data', mount, filesystem: 'ext4', type: 'root-type', filesystemUuid: `uuid-of-${mount}`, grows: mount === '/',
  settings: { options: [], subvolumes: [] }, ...more,
});
const disk = (...partitions: readonly BootPartition[]): BootDisk => ({ label: 'gpt', partitions });
const line = (given: BootDisk, args: readonly string[] = [], fips = false): string => commandLine({ disk: given, args, fips });

describe('commandLine', () => {
  it('finds the root by its UUID and lets the definition say the rest', () => {
    expect(line(disk(partition('/')), ['console=tty0', 'console=ttyS0'])).toBe('root=UUID=uuid-of-/ rw systemd.firstboot=no console=tty0 console=ttyS0');
  });

  it('adds nothing that the definition says itself', () => {
    expect(line(disk(partition('/')), ['ro', 'systemd.firstboot=yes'])).toBe('root=UUID=uuid-of-/ ro systemd.firstboot=yes');
  });

  it('mounts what cannot be written read-only, and a subvolume by its name', () => {
    expect(line(disk(partition('/', { filesystem: 'erofs' })))).toContain(' ro ');
    expect(line(disk(partition('/', { settings: { options: ['ro'], subvolumes: [] } })))).toContain(' ro ');
    const subvolumes = [{ name: '@', mount: '/' }, { name: '@home', mount: '/home' }];
    expect(line(disk(partition('/', { settings: { options: [], subvolumes } })))).toContain(' rootflags=subvol=@ ');
  });

  it('says fips=1 if and only if it was asked for, and where the kernel lies', () => {
    expect(line(disk(partition('/')), [], true)).toMatch(/ fips=1$/);
    expect(line(disk(partition('/'), partition('/boot')), [], true)).toMatch(/ fips=1 boot=UUID=uuid-of-\/boot$/);
    expect(line(disk(partition('/')))).not.toContain('fips');
  });
});

describe('growing the root', () => {
  const withRepart = indexRoot(memoryTree({ '/usr': { kind: 'directory' }, '/usr/bin': { kind: 'directory' }, '/usr/bin/systemd-repart': 'x' }));

  it('is systemd-repart’s where there is one and the table is a GPT', async () => {
    expect(repartFile(disk(partition('/')), await withRepart)).toMatch(/\[Partition\]\nType=root-type\n$/);
    expect(growerOf(disk(partition('/')), await withRepart)).toBe('systemd-repart');
  });

  it('is nobody’s where it was not asked for or cannot be', async () => {
    expect(growerOf(disk(partition('/', { grows: false })), await withRepart)).toBeUndefined();
    expect(repartFile({ ...disk(partition('/')), label: 'mbr' }, await withRepart)).toBeUndefined();
    expect(growerOf(disk(partition('/')), await indexRoot(memoryTree({})))).toBeUndefined();
  });
});

const ENTRY: BlsEntry = {
  title: "Sample's Linux 4.0", version: '6.12.1', linux: '/boot/vmlinuz-6.12.1', initrd: '/boot/initramfs-6.12.1.img', options: 'root=UUID=x rw', sortKey: 'sample',
};

describe('loader texts', () => {
  it('writes loader entries and loader.conf', () => {
    expect(blsEntry(ENTRY)).toBe([
      "title Sample's Linux 4.0 (6.12.1)", 'version 6.12.1', 'sort-key sample', 'linux /boot/vmlinuz-6.12.1', 'initrd /boot/initramfs-6.12.1.img',
      'options root=UUID=x rw', 'grub_users $grub_users', 'grub_arg --unrestricted', 'grub_class kernel', '',
    ].join('\n'));
    expect(loaderConf(5)).toBe('timeout 5\neditor no\nconsole-mode keep\n');
    expect(loaderConf(undefined)).toContain('timeout 0\n');
  });

  it('has a GRUB that can do so read the entries, and writes them out for another', () => {
    expect(grubConfig({ timeout: 3, bootUuid: 'u', entries: undefined })).toContain('set timeout=3\n');
    expect(grubConfig({ timeout: 3, bootUuid: 'u', entries: undefined })).toContain('\nblscfg\n');
    const written = grubConfig({ timeout: undefined, bootUuid: 'u', entries: [ENTRY] });
    expect(written).not.toContain('blscfg');
    expect(written).toContain(String.raw`menuentry 'Sample'\''s Linux 4.0 (6.12.1)' --unrestricted {`);
    expect(written).toContain('  linux /boot/vmlinuz-6.12.1 root=UUID=x rw\n  initrd /boot/initramfs-6.12.1.img\n}');
  });

  it('leads from the ESP to /boot', () => {
    expect(grubRedirect('u-1', '/grub2')).toBe(
      'search --no-floppy --fs-uuid --set=root u-1\nset prefix=($root)/grub2\nexport prefix\nconfigfile $prefix/grub.cfg\n');
    expect(Buffer.byteLength(GRUB_ENVIRONMENT)).toBe(1024);
  });

  it('reads os-release as a shell would', () => {
    expect(parseOsRelease('# c\nNAME="A \\"b\\" $"\nID=sample\nVERSION_ID=\'4.0\'\nEMPTY=\nbad line\n')).toEqual({
      NAME: 'A "b" $', ID: 'sample', VERSION_ID: '4.0', EMPTY: '',
    });
  });
});

describe('commands', () => {
  it('calls ukify with what the firmware will see', () => {
    const command = ukifyCommand({
      kernel: '/r/vmlinuz', initrd: '/w/initrd', osRelease: '/w/os', stub: '/usr/lib/systemd/boot/efi/linuxx64.efi.stub', target: '/w/a.efi', version: '6.1',
      commandLine: 'root=UUID=x rw', epoch: 7,
    });
    expect(command).toMatchObject({
      tool: 'ukify', env: { SOURCE_DATE_EPOCH: '7' },
      view: { read: ['/r/vmlinuz', '/w/initrd', '/w/os'], write: ['/w'] },
    });
    expect(command.args).toEqual([
      'build', '--linux=/r/vmlinuz', '--initrd=/w/initrd', '--cmdline=root=UUID=x rw', '--os-release=@/w/os', '--uname=6.1',
      '--stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub', '--output=/w/a.efi',
    ]);
  });

  it('has dracut make an initrd for any machine, the same each time', () => {
    const { args, view } = dracutCommand({ root: '/r', version: '6.1', drivers: ['extra'], fips: true, folder: '/w', epoch: 7 });
    expect(view).toEqual({ root: '/r', placeWritable: { '/run/hew': '/w' } });
    expect(args).toEqual(expect.arrayContaining(['--no-hostonly', '--no-hostonly-cmdline', '--reproducible', '--kver', '6.1', '--add', 'fips', '/run/hew/initrd']));
    expect(args[args.indexOf('--drivers') + 1]).toMatch(/\bhv_storvsc\b.*\bvirtio_blk\b.* extra$/);
    expect(args).not.toContain('--no-kernel');
  });
});

describe('signed loaders', () => {
  const tree = (...paths: readonly string[]) => {
    const nodes: Record<string, Node> = {};
    for (const path of paths) {
      path.split('/').slice(1, -1).forEach((_, index, parts) => (nodes[`/${parts.slice(0, index + 1).join('/')}`] = { kind: 'directory' }));
      nodes[path] = 'x';
    }
    return indexRoot(memoryTree(nodes));
  };

  it('takes the vendor from where the packages put their files', async () => {
    const index = await tree('/boot/efi/EFI/azurelinux/grubx64.efi', '/boot/efi/EFI/azurelinux/shimx64.efi', '/boot/efi/EFI/BOOT/BOOTX64.EFI');
    expect(findGrubEfi(index, ISA.x86_64.efi, 'other')).toEqual({ path: '/boot/efi/EFI/azurelinux/grubx64.efi', vendor: 'azurelinux' });
    expect(findShim(index, ISA.x86_64.efi)).toEqual({ shim: '/boot/efi/EFI/azurelinux/shimx64.efi', mokManager: undefined });
  });

  it('reads where a GRUB looks for its configuration out of its bytes', () => {
    expect(builtInFolders(Buffer.from('MZ\0/EFI/debian\0\u00ff\0/EFI/debian\0/EFI/\0x/EFI/no\0'))).toEqual(['debian']);
    expect(builtInFolders(new Uint8Array(64))).toEqual([]);
  });

  it('knows the places of Debian and of bootupd', async () => {
    const debian = await tree('/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed', '/usr/lib/shim/shimx64.efi.signed', '/usr/lib/shim/mmx64.efi.signed');
    expect(findGrubEfi(debian, ISA.x86_64.efi, 'sample')?.vendor).toBe('debian');
    expect(findShim(debian, ISA.x86_64.efi)?.mokManager).toBe('/usr/lib/shim/mmx64.efi.signed');
    const bootupd = await tree('/usr/lib/efi/grub2/1-1/EFI/fedora/grubx64.efi');
    expect(findGrubEfi(bootupd, ISA.x86_64.efi, 'x')).toMatchObject({ vendor: 'fedora' });
    expect(findShim(bootupd, ISA.x86_64.efi)).toBeUndefined();
  });
});
