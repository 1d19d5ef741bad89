import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import type { Disk } from '../../../src/formats/open-disk.ts';
import { BadBytes } from '../../../src/readers/bytes.ts';
import { partitionArguments } from '../../../src/artifact/extract-filesystem.ts';
import { readBls, readGrub, readGrubEnvironment } from '../../../src/verify/gather/boot-entries.ts';
import { readCpio } from '../../../src/readers/cpio.ts';
import { splitArguments } from '../../../src/verify/read/command-line.ts';
import { readIni, readSettings } from '../../../src/verify/read/files.ts';
import { mountOf, readFstab } from '../../../src/verify/read/fstab.ts';
import { unitState } from '../../../src/verify/read/units.ts';
import { whiteoutOf } from '../../../src/verify/read/whiteouts.ts';
import { addMembers } from '../../integration/verify/layouts.ts';
import { sourceOf } from '../disk/support.ts';
import { cpio, list, readEntries, tar } from './archives.ts';
import { enabled, link, text } from './samples.ts';

describe('tarHeaders', () => {
  it.each([1, 100, 512, 1000, 1_000_000])('reads every header, fed %i bytes at a time', (step) => {
    expect(readEntries(tar, step).map(({ path, kind, target }) => [path, kind, target])).toEqual([
      ['etc/motd', 'file', undefined], ['dev/null', 'device', undefined], ['etc/same', 'hardlink', 'etc/motd'], ['a-long-name', 'file', undefined],
      ['usr', 'directory', undefined],
    ]);
  });

  it.each([1, 511, 512, 1_000_000])('hands over the content of each, fed %i bytes at a time', (step) => {
    const contents: string[] = [];
    readEntries(tar, step, contents);
    expect(contents).toEqual(['hello', '', '', 'y'.repeat(2000), '']);
  });

  it('tells owners, modes, devices and attributes, which may hold any byte', () => {
    const record = (text: string): string => `${text.length + 4} ${text}\n`;
    const owned = addMembers(Buffer.alloc(0), [
      { path: 'x', type: 'x', content: `${record('SCHILY.xattr.user.a=\u0001=\u0000b')}${record('uid=3000000')}` }, { path: 'a', content: 'hello' },
      { path: 'dev/null', type: '3' }, { path: 'b' },
    ]);
    const [a, device, b] = readEntries(owned, 700);
    expect(a).toMatchObject({ mode: 0o644, uid: 3_000_000, gid: 0, size: 5, attributes: new Map([['user.a', Uint8Array.from([1, 0x3d, 0, 0x62])]]) });
    expect(device).toMatchObject({ device: 'c 1:3', size: 0 });
    expect(b).toMatchObject({ uid: 0, attributes: new Map() });
  });

  it('throws where a tar is cut short or something else', () => {
    expect(() => readEntries(tar.subarray(0, 700), 512)).toThrow(BadBytes);
    expect(() => readEntries(Buffer.alloc(1024, 'not a tar '), 512)).toThrow(BadBytes);
  });
});

describe('listInitrd', () => {
  it('reads archives one after another, plain and compressed', async () => {
    const joined = Buffer.concat([await cpio('early'), Buffer.alloc(512), gzipSync(await cpio('late'))]);
    expect(await list(joined)).toEqual({ ok: true, value: ['early', 'late'] });
    expect(await list(zstdCompressSync(await cpio('a', 'b')))).toEqual({ ok: true, value: ['a', 'b'] });
  });

  it('says what it cannot read', async () => {
    expect(await list(Buffer.from('02214c18ffff', 'hex'))).toMatchObject({ ok: false, reason: expect.stringContaining('lz4') });
    expect(await list(Buffer.alloc(100, 7))).toMatchObject({ ok: false });
    expect(await list(gzipSync(await cpio('a')).subarray(0, 60))).toMatchObject({ ok: false, reason: expect.stringContaining('damaged') });
    expect(await list(Buffer.alloc(0))).toMatchObject({ ok: false });
  });

  it('ends at a cpio archive that is cut short', async () => {
    const whole = await cpio('a', 'b');
    expect(() => [...readCpio(sourceOf(whole.subarray(0, 150)))]).toThrow(BadBytes);
    expect([...readCpio(sourceOf(whole))]).toEqual(['a', 'b']);
  });
});

describe('boot entries', () => {
  it('reads entries of the boot loader specification, variables from the environment block', () => {
    const variables = readGrubEnvironment('# GRUB Environment Block\nkernelopts=root=UUID=1 quiet\nsaved_entry=x\n####');
    expect(readBls('title One\nversion 6.1\nlinux /vmlinuz-6.1\ninitrd /initrd $tuned_initrd\noptions $kernelopts ${unknown}ro\noptions console=ttyS0\n', '/x', variables))
      .toEqual({ kind: 'bls', from: '/x', title: 'One', version: '6.1', kernel: '/vmlinuz-6.1', initrd: '/initrd', commandLine: 'root=UUID=1 quiet ro console=ttyS0' });
  });

  it('reads menu entries of GRUB', () => {
    const text = "menuentry 'A \"1\"' --class x {\n\tlinux ($root)/boot/vmlinuz-6.1 root=UUID=1 ro\n\tinitrd /boot/initrd-6.1\n}\nmenuentry \"B\" {\n linuxefi /vmlinuz ro\n}\n";
    expect(readGrub(text, 'grub.cfg')).toMatchObject([
      { title: 'A "1"', kernel: '/boot/vmlinuz-6.1', version: '6.1', initrd: '/boot/initrd-6.1', commandLine: 'root=UUID=1 ro' },
      { title: 'B', kernel: '/vmlinuz', initrd: undefined, commandLine: 'ro' },
    ]);
    expect(readGrub('search --set=root 1\nconfigfile $prefix/grub.cfg\n', 'grub.cfg')).toEqual([]);
  });

  it('parts words but not inside quotes', () => {
    expect(splitArguments(' ro  dyndbg="file a.c +p" quiet')).toEqual(['ro', 'dyndbg="file a.c +p"', 'quiet']);
  });
});

describe('settings', () => {
  it('takes the first value of a key, comments left out', () => {
    const settings = readSettings(['#A=1\nA=2 # why\nB "x y"\n', 'A=3\n', undefined]);
    expect([...settings]).toEqual([['a', '2'], ['b', 'x y']]);
  });

  it('reads INI files by section', () => {
    expect([...readIni('[OOBE]\ndefaultName = A = B\n; no\n[shortcut]\nicon="/x.ico"\n')]).toEqual([['oobe.defaultname', 'A = B'], ['shortcut.icon', '/x.ico']]);
  });

  it('reads fstab, and finds the line of a partition by any of its names', () => {
    const lines = readFstab('# c\nUUID=ab-cd\t/a\\040b ext4 ro,noatime\n/dev/disk/by-partuuid/P1 /p xfs\nPARTLABEL="home" /home xfs defaults 0 2\n');
    expect(lines.map(({ mount, options, pass }) => [mount, options, pass])).toEqual([['/a b', ['ro', 'noatime'], '0'], ['/p', ['defaults'], '0'], ['/home', ['defaults'], '2']]);
    const filesystem = (uuid: string) => ({ type: 'ext4', label: '', uuid, size: 0 } as const);
    expect(mountOf({ uuid: 'x', name: '', filesystem: filesystem('AB-CD') }, lines)).toBe('/a b');
    expect(mountOf({ uuid: 'p1', name: '', filesystem: filesystem('1') }, lines)).toBe('/p');
    expect(mountOf({ uuid: 'x', name: 'home', filesystem: undefined }, lines)).toBe('/home');
    expect(mountOf({ uuid: 'x', name: '', filesystem: filesystem('1') }, lines)).toBeUndefined();
  });
});

describe('unitState', () => {
  const state = (...files: Parameters<typeof unitState>[0]['files']): string => unitState({ files }, 'a.service');
  const unit = text('/usr/lib/systemd/system/a.service', '[Unit]\n');

  it('tells what systemd would do', () => {
    expect(state()).toBe('absent');
    expect(state(unit)).toBe('disabled');
    expect(state(...enabled('a.service'))).toBe('enabled');
    expect(state(unit, link('/usr/lib/systemd/system/sysinit.target.wants/a.service', '../a.service'))).toBe('enabled');
    expect(state(unit, link('/etc/systemd/system/dbus-a.service', '/usr/lib/systemd/system/a.service'))).toBe('enabled');
    expect(state(...enabled('a.service'), link('/etc/systemd/system/a.service', '/dev/null'))).toBe('masked');
    expect(state(...enabled('aa.service'), unit)).toBe('disabled');
  });
});

describe('whiteoutOf', () => {
  it('tells names and opaque folders from ordinary files', () => {
    expect(whiteoutOf('etc/.wh.motd')).toEqual({ folder: 'etc', name: 'motd' });
    expect(whiteoutOf('etc/.wh..wh..opq')).toEqual({ folder: 'etc', name: undefined });
    expect(whiteoutOf('etc/motd.wh.')).toBeUndefined();
  });
});

describe('partitionArguments', () => {
  it('asks QEMU for one partition of any format, and quotes commas', () => {
    const disk = (format: string, diskType = 'fixed'): Disk => ({ format, footer: { diskType } } as unknown as Disk);
    const of = (value: Disk): string | undefined => partitionArguments('/a,b', value, { start: 5, size: 7 }, '/copy')[4];
    expect(of(disk('raw'))).toBe('driver=raw,offset=5,size=7,file.driver=file,file.filename=/a,,b');
    expect(of(disk('vhd'))).toBe('driver=raw,offset=5,size=7,file.driver=file,file.filename=/a,,b');
    expect(of(disk('vhd', 'dynamic'))).toBe('driver=raw,offset=5,size=7,file.driver=vpc,file.file.driver=file,file.file.filename=/a,,b');
    expect(of(disk('qcow2'))).toContain('file.driver=qcow2');
  });
});
