import { describe, expect, it } from 'vitest';

import { identifyDisk, type Filesystem } from '../../../src/disk/layout/identify.ts';
import { clampArguments } from '../../../src/disk/make/clamp-times.ts';
import { qcow2Arguments } from '../../../src/formats/qcow2/write.ts';
import { vhdArguments } from '../../../src/formats/vhd/write.ts';
import { placeArguments } from '../../../src/disk/make/fill-partition.ts';
import { mkfsCommand, worksAtOffset } from '../../../src/disk/make/mkfs.ts';
import { boot, MIB, partition } from './support.ts';

const command = (filesystem: Filesystem, more: object = {}) => {
  const disk = { size: 'minimal', label: 'gpt' as const, partitions: [partition('/', { filesystem, ...more })] };
  const [first] = identifyDisk({ disk, boot: boot(), architecture: 'x86_64', seed: 's' }).partitions;
  if (first === undefined) throw new Error('no partition');
  const offset = worksAtOffset(filesystem) ? 3 * MIB : 0;
  const top = { uid: 1, gid: 2, mode: 0o555 };
  return { made: mkfsCommand({ partition: first, offset, size: 64 * MIB, file: '/work/disk.raw', folder: '/work/root', top, seed: 's', epoch: 1000 }), first };
};

describe('mkfsCommand', () => {
  it.each(['ext4', 'xfs', 'btrfs', 'erofs', 'vfat', 'swap'] as const)('%s gets its identifier, the epoch and further arguments', (filesystem) => {
    const { made, first } = command(filesystem, { 'mkfs-options': ['--asked-for'] });
    const id = first.filesystemUuid;
    expect(made?.args.join(' ')).toContain(filesystem === 'vfat' ? id.replace('-', '') : id);
    expect(made?.args).toContain('--asked-for');
    expect(made?.env).toMatchObject({ SOURCE_DATE_EPOCH: '1000', E2FSPROGS_FAKE_TIME: '1000', DETERMINISTIC_SEED: '1' });
    expect(made?.view).toEqual({ read: ['/work/root'], write: ['/work'] });
  });
  it('makes nothing where nothing is asked for', () => expect(command('none').made).toBeUndefined());
  it('puts ext4 at its offset, with the owner and mode of the folder itself', () => {
    const { made } = command('ext4');
    const extended = made?.args[(made.args.indexOf('-E') ?? 0) + 1]?.split(',');
    expect(extended).toEqual(expect.arrayContaining(['offset=3145728', 'root_owner=1:2', 'root_perms=555', 'assume_storage_prezeroed=1']));
    expect(made?.args.slice(-2)).toEqual(['/work/disk.raw', '65536k']);
  });
  it('puts FAT at its offset, in sectors, and never with the geometry of a device', () => {
    expect(command('vfat').made?.args).toEqual(expect.arrayContaining(['--offset=6144', '-F', '32', '-g', '255/63', '-h', '6144']));
  });
  it('lets one choose the compression of EROFS', () => {
    expect(command('erofs').made?.args).toContain('-zlz4');
    expect(command('erofs', { 'mkfs-options': ['-zzstd'] }).made?.args).not.toContain('-zlz4');
  });
  it('makes the subvolume of the mount point the default one', () => {
    const subvolumes = [{ name: '@', mount: '/' }, { name: '@home', mount: '/home' }];
    expect(command('btrfs', { subvolumes }).made?.args.join(' ')).toContain('--subvol default:@ --subvol rw:@home');
  });
});

describe('other arguments', () => {
  it('never lets threads decide an order of clusters', () => {
    for (const compression of ['zstd', 'zlib', 'none'] as const) expect(qcow2Arguments(compression)).not.toContain('-W');
    expect(qcow2Arguments('zstd')).toEqual(['-O', 'qcow2', '-c', '-o', 'compat=1.1,compression_type=zstd']);
  });
  it('keeps the size of a VHD exact', () => expect(vhdArguments().join(' ')).toBe('-O vpc -o subformat=fixed,force_size=on'));
  it('quotes a comma in a path for QEMU', () => {
    expect(placeArguments('/a', '/b,c', { start: MIB, size: MIB }).at(-1)).toBe('driver=raw,offset=1048576,size=1048576,file.driver=file,file.filename=/b,,c');
  });
  it('clamps links themselves', () => expect(clampArguments('/r', 7)).toEqual(['/r', '-newermt', '@7', '-exec', 'touch', '--no-dereference', '--date=@7', '{}', '+']));
});
