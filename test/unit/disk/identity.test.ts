import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { crc32c } from '../../../src/readers/crc32c.ts';
import { volumeIdText } from '../../../src/readers/filesystem/probe.ts';
import { deriveU32, deriveUuid } from '../../../src/disk/derive-ids.ts';
import { guidBytes, guidText, uuidBytes, uuidText } from '../../../src/readers/fields.ts';
import { identifyDisk } from '../../../src/disk/layout/identify.ts';
import { fstab } from '../../../src/disk/layout/fstab.ts';
import { DefinitionError } from '../../../src/errors.ts';
import { boot, partition } from './support.ts';

describe('crc32c', () => {
  // RFC 3720, appendix B.4.
  it.each([
    ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
    ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['ascending', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    ['check value', Buffer.from('123456789'), 0xe3069283],
  ])('knows %s', (_name, bytes, expected) => expect(crc32c(bytes)).toBe(expected));

  it('continues', () => expect(crc32c(Buffer.from('6789'), crc32c(Buffer.from('12345')))).toBe(0xe3069283));
});

describe('derived identifiers', () => {
  it('are what the documentation says', () => {
    const digest = createHash('sha256').update('hew disk\0seed\0partition /').digest('hex');
    const uuid = deriveUuid('seed', 'partition /');
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuid.replaceAll('-', '').slice(0, 12)).toBe(digest.slice(0, 12));
    expect(deriveU32('seed', 'partition /')).toBe(Number.parseInt(digest.slice(0, 8), 16));
  });
  it('differ by seed and purpose, whatever the boundary between them', () => {
    const all = [['a', 'b'], ['a', 'c'], ['b', 'b'], ['ab', ''], ['', 'ab']].map(([seed = '', purpose = '']) => deriveUuid(seed, purpose));
    expect(new Set(all).size).toBe(all.length);
  });
  it('print as blkid does', () => expect(volumeIdText(0x0a2b3c4d)).toBe('0A2B-3C4D'));
  it('survive both byte orders', () => {
    const uuid = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b';
    expect(uuidText(uuidBytes(uuid))).toBe(uuid);
    expect(guidText(guidBytes(uuid))).toBe(uuid);
    expect(Buffer.from(guidBytes(uuid)).toString('hex')).toBe('28732ac11ff8d211ba4b00a0c93ec93b');
  });
});

describe('identifyDisk', () => {
  const request = (more: object = {}) => ({
    architecture: 'x86_64' as const, seed: 's', boot: boot(),
    disk: { size: '5GiB', label: 'gpt' as const, partitions: [partition('/boot/efi'), partition('/', { label: 'root' }), partition('swap')] },
    ...more,
  });

  it('gives types of the Discoverable Partitions Specification by mount point and architecture', () => {
    const types = (architecture: 'x86_64' | 'aarch64') => identifyDisk(request({ architecture })).partitions.map(({ type }) => type);
    expect(types('x86_64')).toEqual([
      'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', '4f68bce3-e8cd-4db1-96e7-fbcaf984b709', '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f',
    ]);
    expect(types('aarch64')[1]).toBe('b921b045-1df0-41c3-af44-4c6f280d3fae');
  });

  it('puts a BIOS boot partition first where GRUB needs one', () => {
    const { partitions } = identifyDisk(request({ boot: boot({ firmware: 'bios', loader: 'grub2' }) }));
    expect(partitions.map(({ number, role }) => [number, role])).toEqual([[1, 'bios-boot'], [2, 'data'], [3, 'root'], [4, 'swap']]);
    const mbr = { size: 'minimal', label: 'mbr' as const, partitions: [partition('/')] };
    const dos = identifyDisk(request({ boot: boot({ firmware: 'bios' }), disk: mbr }));
    expect(dos.partitions.map(({ role }) => role)).toEqual(['root']);
    expect(dos.partitions[0]?.partitionUuid).toBe(`${dos.id}-01`);
  });

  it('keeps identifiers when a partition is put in front', () => {
    const before = identifyDisk(request()).partitions.find(({ role }) => role === 'root');
    const disk = { size: '5GiB', label: 'gpt' as const, partitions: [partition('/boot/efi'), partition('/srv'), partition('/')] };
    const after = identifyDisk(request({ disk })).partitions.find(({ role }) => role === 'root');
    expect(after?.partitionUuid).toBe(before?.partitionUuid);
    expect(after?.filesystemUuid).toBe(before?.filesystemUuid);
  });

  it('takes types by name or UUID and refuses others', () => {
    const typed = (type: string) => identifyDisk(request({ disk: { size: 'minimal', label: 'gpt', partitions: [partition('/x', { type })] } }));
    expect(typed('usr-verity').partitions[0]?.type).toBe('77ff5f63-e7b6-4633-acf4-1565b864c0e6');
    expect(typed('0FC63DAF-8483-4772-8E79-3D69D8477DE4').partitions[0]?.type).toBe('0fc63daf-8483-4772-8e79-3d69d8477de4');
    expect(() => typed('nonsense')).toThrow(DefinitionError);
  });

  it('makes an fstab with one line a mount, outer ones first', () => {
    const disk = {
      size: 'minimal', label: 'gpt' as const, partitions: [
        partition('/boot/efi'),
        partition('/', { filesystem: 'btrfs', options: ['compress=zstd'], subvolumes: [{ name: '@', mount: '/' }, { name: '@home', mount: '/home' }] }),
        partition('/data with space', { options: ['noatime'] }), partition('swap'), partition('none', { filesystem: 'none' }),
      ],
    };
    const lines = fstab(identifyDisk(request({ disk }))).trimEnd().split('\n').map((line) => line.replace(/UUID=\S+/, 'UUID=X'));
    expect(lines).toEqual([
      'UUID=X / btrfs compress=zstd,x-systemd.growfs 0 0',
      'UUID=X /boot/efi vfat defaults,umask=0077,noexec,nodev,nosuid,nosymfollow 0 0',
      'UUID=X /data\\040with\\040space ext4 noatime 0 2',
      'UUID=X /home btrfs compress=zstd,subvol=@home 0 0',
      'UUID=X none swap defaults 0 0',
    ]);
  });
});
