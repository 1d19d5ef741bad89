import { readFileSync, realpathSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { writeCpio } from '../../src/boot/initrd/cpio.ts';
import { readDynamic } from '../../src/readers/elf-dynamic.ts';
import { derElements } from '../../src/readers/der.ts';
import { parsePe } from '../../src/readers/pe.ts';
import { signaturesOf, trustedBy } from '../../src/readers/pe-signatures.ts';
import { parseOsRelease } from '../../src/boot/os-release.ts';
import { readBtrfsTrees } from '../../src/readers/filesystem/btrfs-nodes.ts';
import { readExt4 } from '../../src/readers/filesystem/ext4.ts';
import { probeFilesystem } from '../../src/readers/filesystem/probe.ts';
import { readMbr } from '../../src/readers/mbr.ts';
import { readPartitions } from '../../src/readers/read-partitions.ts';
import { HewError } from '../../src/errors.ts';
import { readChecksums } from '../../src/evidence/read-checksums.ts';
import { BadBytes } from '../../src/readers/bytes.ts';
import { readElf } from '../../src/readers/elf.ts';
import { parseManifest2 } from '../../src/rootfs/distroless.ts';
import { parseGroup, parsePasswd } from '../../src/rootfs/system/account-files.ts';
import { readBls, readGrub, readGrubEnvironment } from '../../src/verify/gather/boot-entries.ts';
import { readCpio } from '../../src/readers/cpio.ts';
import { readIni, readSettings } from '../../src/verify/read/files.ts';
import { readFstab } from '../../src/verify/read/fstab.ts';
import { certify, der, pe } from '../unit/boot/efi/pe-writer.ts';
import { bytesOfPieces, sourceOf } from '../unit/disk/support.ts';
import { damagedBytes, textOf } from './damage.ts';
import { processorTime } from '../support/processor-time.ts';

/** Milliseconds of the processor that one reading of a small file may take. */
const LONGEST = 2000;

/** Milliseconds of one reading, to an answer or a typed error. */
const timeOf = (read: () => unknown): number => processorTime(() => {
  try {
    read();
  } catch (error) {
    if (!(error instanceof BadBytes || error instanceof HewError)) throw error;
  }
});

const archive: Buffer[] = [];
for await (const piece of writeCpio([
  { path: '/usr', kind: 'directory', mode: 0o755 },
  { path: '/usr/a', kind: 'file', mode: 0o644, content: Buffer.from('hello') },
  { path: '/b', kind: 'symlink', target: 'usr/a' },
], 0, () => Promise.reject(new Error('no file')))) archive.push(Buffer.from(piece));

const authority = certify('An authority');
const signed = pe(
  { '.text': Buffer.alloc(64, 1), '.sbat': Buffer.from('sbat,1,SBAT\n'), '.vendor_cert': authority.certificate },
  [{ by: certify('A signer', authority), with: [authority] }],
);
const word = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);
/** Superblocks by what makes them known; the rest of each is up to chance. */
const MAGIC: Readonly<Record<string, readonly [offset: number, bytes: Uint8Array]>> = {
  ext4: [1024 + 0x38, word(0x53, 0xef)], xfs: [0, Buffer.from('XFSB')], btrfs: [64 * 1024 + 64, Buffer.from('_BHRfS_M')],
  erofs: [1024, word(0xe2, 0xe1, 0xf5, 0xe0)], swap: [4086, Buffer.from('SWAPSPACE2')], vfat: [510, word(0x55, 0xaa)],
};
const PARTITION = 128 * 1024;

/** A partition that is known by its first bytes, with others changed around them. */
const superblock = (name: string): fc.Arbitrary<Uint8Array> => {
  const [offset, magic] = MAGIC[name] ?? [0, word()];
  const near = fc.integer({ min: Math.max(0, offset - 0x400), max: offset + 0x400 });
  return fc.array(fc.tuple(near, fc.uint8Array({ maxLength: 16 })), { maxLength: 20 }).map((pieces) =>
    bytesOfPieces(PARTITION, [...pieces.map(([at, bytes]) => ({ offset: at, bytes })), { offset, bytes: magic }]));
};

const mbr = (() => {
  const disk = Buffer.alloc(4096);
  disk.set([0x80, 0, 0, 0, 0x83, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x05, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0], 446);
  for (const at of [510, 4 * 512 + 510]) disk.writeUInt16LE(0xaa55, at);
  return disk;
})();

const READERS: readonly (readonly [what: string, bytes: fc.Arbitrary<Uint8Array>, read: (bytes: Uint8Array) => unknown])[] = [
  ['a cpio archive', damagedBytes(Buffer.concat(archive)), (bytes) => [...readCpio(sourceOf(bytes))]],
  ['what a program needs, of its ELF file', damagedBytes(readFileSync(realpathSync('/usr/bin/env')), 1024), (bytes) => readDynamic(sourceOf(bytes))],
  ['levels of a program, of its ELF file', damagedBytes(readFileSync(realpathSync('/usr/bin/env')), 1024), (bytes) => readElf(sourceOf(bytes))],
  ['an EFI program and its signatures', damagedBytes(signed, 512), (bytes) => {
    const file = parsePe(sourceOf(bytes));
    return [signaturesOf(file), trustedBy(file)];
  }],
  ['signatures alone', damagedBytes(signed.subarray(-1200)), (bytes) => signaturesOf({ architecture: 'x86_64', sections: new Map(), certificates: bytes, digest: undefined })],
  ['DER', damagedBytes(der(0x30, der(0x31, Buffer.alloc(200)), der(2, Buffer.from([1])))), derElements],
  ['an MBR', damagedBytes(mbr, 512), (bytes) => [readMbr(sourceOf(bytes)), readPartitions(sourceOf(bytes))]],
  ['an MBR with its signature', damagedBytes(mbr.subarray(0, 510)).map((bytes) => bytesOfPieces(4096, [{ offset: 0, bytes }, { offset: 510, bytes: word(0x55, 0xaa) }])),
    (bytes) => readPartitions(sourceOf(bytes))],
  ['an ext4 superblock', superblock('ext4'), (bytes) => readExt4(sourceOf(bytes))],
  ['trees of btrfs', superblock('btrfs'), (bytes) => readBtrfsTrees(sourceOf(bytes))],
  ...Object.keys(MAGIC).map((name): readonly [string, fc.Arbitrary<Uint8Array>, (bytes: Uint8Array) => unknown] =>
    [`a file system that looks like ${name}`, superblock(name), (bytes) => probeFilesystem(sourceOf(bytes))]),
  ['any bytes as a file system', fc.uint8Array({ maxLength: 5000 }), (bytes) => probeFilesystem(sourceOf(bytes))],
];

const ENTRY = 'title A\nversion 1\nlinux /vmlinuz\ninitrd /initrd\noptions root=UUID=x quiet $kernelopts\n';
const GRUB = 'menuentry "A" --id a {\n  linux /vmlinuz root=/dev/sda1 "a b"\n  initrd /i1 /i2\n}\nsubmenu \'B\' {\nmenuentry C {\n}\n}\n';

const TEXTS: readonly (readonly [what: string, text: fc.Arbitrary<string>, read: (text: string) => unknown])[] = [
  ['an entry of the boot loader specification', textOf(['title', 'options', '$a', '${a}'], ENTRY), (text) => readBls(text, 'x.conf', { a: '$a', kernelopts: '$kernelopts' })],
  ['a menu of GRUB', textOf(['menuentry', '{', '}', "'", '$'], GRUB), (text) => readGrub(text, 'grub.cfg')],
  ['an environment block of GRUB', textOf(['=', '# GRUB Environment Block\n'], 'a=b\nkernelopts=root=x\n'), readGrubEnvironment],
  ['fstab', textOf(['UUID=', 'LABEL="', '#', '\t', '\\040'], 'UUID=x / ext4 defaults 0 1\n'), readFstab],
  ['settings', textOf(['=', '#', ';'], 'a = b\n# c\nd=e\n'), (text) => readSettings([text])],
  ['an INI file', textOf(['[', ']', '=', ';'], '[a]\nb = c\n[d]\ne = f\n'), readIni],
  ['os-release', textOf(['=', "'", 'ID', '$'], 'ID=a\nNAME="b c"\n'), parseOsRelease],
  ['passwd', textOf([':', '::::', '-1', 'x:0:0'], 'root:x:0:0:root:/root:/bin/sh\n'), parsePasswd],
  ['group', textOf([':', ',', ',,'], 'root:x:0:a,b\n'), parseGroup],
  ['SHA256SUMS', textOf(['*', '  ', 'a'.repeat(64), '../'], `${'0'.repeat(64)}  a\n`), readChecksums],
  ['a package list', textOf(['\t', '(none)'], 'a\t1-1\t1\t2\tx\tx86_64\t0\ta-1.src.rpm\n'), parseManifest2],
];

describe('what is damaged below was good before', () => {
  it('in every format that has a sample', () => {
    expect([...readCpio(sourceOf(Buffer.concat(archive)))]).toEqual(['b', 'usr', 'usr/a']);
    expect(readDynamic(sourceOf(readFileSync(realpathSync('/usr/bin/env'))))?.needed.length).toBeGreaterThan(0);
    expect(signaturesOf(parsePe(sourceOf(signed))).map(({ signer, fault }) => [signer?.subject, fault])).toEqual([['CN=A signer', undefined]]);
    expect(readMbr(sourceOf(mbr))).toMatchObject({ ok: true });
    expect(readBls(ENTRY, 'x.conf')).toMatchObject({ kernel: '/vmlinuz' });
    expect(readGrub(GRUB, 'grub.cfg').length).toBeGreaterThan(0);
  });
});

describe('whatever the bytes are, there is soon an answer or a typed error', () => {
  it.each(READERS)('%s', (_what, bytes, read) => {
    fc.assert(fc.property(bytes, (given) => {
      expect(timeOf(() => read(given))).toBeLessThan(LONGEST);
    }), { numRuns: 400 });
  });

  it.each(TEXTS)('%s', (_what, text, read) => {
    fc.assert(fc.property(text, (given) => {
      expect(timeOf(() => read(given))).toBeLessThan(LONGEST);
    }), { numRuns: 400 });
  });
});
