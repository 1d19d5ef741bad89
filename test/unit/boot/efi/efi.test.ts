import { describe, expect, it } from 'vitest';

import { chainFaults } from '../../../../src/boot/efi/chain.ts';
import { derElements } from '../../../../src/readers/der.ts';
import { parsePe } from '../../../../src/readers/pe.ts';
import { describeProgram, readProgram } from '../../../../src/boot/efi/program.ts';
import { sourceOf } from '../../disk/support.ts';
import { BadBytes } from '../../../../src/readers/bytes.ts';
import { certify, der, pe } from './pe-writer.ts';

const microsoft = certify('Microsoft Corporation UEFI CA 2011');
const publisher = certify('Microsoft Windows UEFI Driver Publisher', microsoft);
const vendor = certify('Sample Secure Boot CA');
const builder = certify('Sample Signer', vendor);

/** shim's table: sizes of what it takes and refuses, where each is, then both. */
const vendorTable = (allowed: Uint8Array): Buffer => {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(allowed.length);
  head.writeUInt32LE(16, 8);
  return Buffer.concat([head, allowed]);
};

/** An EFI_SIGNATURE_LIST of one certificate. */
const signatureList = (certificate: Buffer): Buffer => {
  const head = Buffer.alloc(28 + 16);
  head.writeUInt32LE(head.length + certificate.length, 16);
  head.writeUInt32LE(16 + certificate.length, 24);
  return Buffer.concat([head, certificate]);
};

const shimBytes = (allowed: Uint8Array): Buffer =>
  pe({ '.text': Buffer.from('shim'), '.vendor_cert': vendorTable(allowed) }, [[publisher.certificate, microsoft.certificate]]);
const grubBytes = pe({ mods: Buffer.from('grub') }, [[builder.certificate]]);
const read = (path: string, bytes: Uint8Array) => describeProgram(path, parsePe(sourceOf(bytes)));

describe('parsePe', () => {
  it('reads sections, also those with a long name', () => {
    const { sections, architecture } = parsePe(sourceOf(pe({ '.cmdline': Buffer.from('quiet'), '.vendor_cert': Buffer.from('x') })));
    expect(architecture).toBe('x86_64');
    expect([...sections].map(([name, { content }]) => [name, Buffer.from(content ?? []).toString()])).toEqual([['.cmdline', 'quiet'], ['.vendor_cert', 'x']]);
  });

  it('refuses what is none, or is cut short', () => {
    expect(() => parsePe(sourceOf(Buffer.from('ELF')))).toThrow(BadBytes);
    for (const size of [63, 80, 200, 330, 1030]) expect(() => parsePe(sourceOf(grubBytes.subarray(0, size))), String(size)).toThrow(BadBytes);
  });
});

describe('an EFI program', () => {
  it('tells who signed it, by whose authority, and whether it still is what was signed', () => {
    expect(read('EFI/BOOT/BOOTX64.EFI', shimBytes(vendor.certificate))).toEqual({
      path: 'EFI/BOOT/BOOTX64.EFI', name: 'shim', architecture: 'x86_64', trusts: ['Sample Secure Boot CA'],
      signatures: [{ signer: 'Microsoft Windows UEFI Driver Publisher', authority: 'Microsoft Corporation UEFI CA 2011', fits: true }],
    });
    const changed = Buffer.from(grubBytes);
    changed[changed.indexOf('grub')] = 0x47;
    expect(read('a.efi', changed).signatures).toEqual([{ signer: 'Sample Signer', authority: 'Sample Secure Boot CA', fits: false }]);
  });

  it('may be signed twice, by nobody, or by what cannot be read', () => {
    const twice = pe({ mods: Buffer.from('x') }, [[publisher.certificate], [builder.certificate]]);
    expect(read('a', twice).signatures.map(({ signer }) => signer)).toEqual(['Microsoft Windows UEFI Driver Publisher', 'Sample Signer']);
    expect(read('a', pe({ mods: Buffer.from('x') })).signatures).toEqual([]);
    expect(read('a', pe({ mods: Buffer.from('x') }, [[Buffer.from('no certificate')]])).signatures).toEqual([]);
  });

  it('is named by what only it has, else by its file name', () => {
    const plain = pe({ '.text': Buffer.from('x') });
    const names = ['EFI/BOOT/mmx64.efi', 'EFI/BOOT/fbx64.efi', 'EFI/a/shimx64.efi', '/boot/vmlinuz-1', 'EFI/a/x.efi'].map((path) => read(path, plain).name);
    expect(names).toEqual(['MokManager', 'fallback', 'shim', 'kernel', undefined]);
    expect([{ mods: plain }, { '.linux': plain }, { '.sdmagic': plain }].map((sections) => read('EFI/BOOT/BOOTX64.EFI', pe(sections)).name))
      .toEqual(['GRUB', 'UKI', 'systemd-boot']);
  });

  it('takes signatures of a list of authorities too, as shims of some distributions do', () => {
    expect(read('shim', shimBytes(signatureList(vendor.certificate))).trusts).toEqual(['Sample Secure Boot CA']);
    expect(read('shim', shimBytes(Buffer.from('nothing'))).trusts).toEqual([]);
  });
});

describe('chainFaults', () => {
  const shim = read('EFI/BOOT/BOOTX64.EFI', shimBytes(vendor.certificate));
  const grub = read('EFI/sample/grubx64.efi', grubBytes);

  it('follows the signatures from the firmware to the kernel', () => {
    const kernel = readProgram('/boot/vmlinuz', sourceOf(pe({ '.text': Buffer.from('x') }, [[builder.certificate]])), 'kernel');
    expect(chainFaults(shim, [shim, grub, kernel])).toEqual([]);
  });

  it('stops at the first loader that firmware refuses', () => {
    const uki = read('EFI/BOOT/BOOTX64.EFI', pe({ '.linux': Buffer.from('x') }));
    expect(chainFaults(uki, [uki])).toEqual(['EFI/BOOT/BOOTX64.EFI is not signed']);
    expect(chainFaults(grub, [grub])).toEqual([
      'EFI/sample/grubx64.efi is signed by Sample Signer (Sample Secure Boot CA), whom nothing before it trusts',
    ]);
  });

  it('names all that shim would refuse, and no program that nothing starts', () => {
    const uki = read('EFI/Linux/a.efi', pe({ '.linux': Buffer.from('x') }));
    const changed = { ...grub, signatures: grub.signatures.map((signature) => ({ ...signature, fits: false })) };
    const tool = read('EFI/tools/shell.efi', pe({ '.text': Buffer.from('x') }));
    expect(chainFaults(shim, [shim, changed, uki, tool, readProgram('/boot/vmlinuz', sourceOf(Buffer.from('\u007fELF')), 'kernel')])).toEqual([
      'EFI/sample/grubx64.efi is not what was signed: it was changed', 'EFI/Linux/a.efi is not signed', '/boot/vmlinuz is not signed',
    ]);
  });
});

describe('derElements', () => {
  it('reads short and long lengths, and refuses what is cut short', () => {
    const long = der(0x04, Buffer.alloc(300, 1));
    expect(derElements(Buffer.concat([der(0x02, Buffer.from([7])), long])).map(({ tag, content }) => [tag, content.length])).toEqual([[2, 1], [4, 300]]);
    for (const bytes of [long.subarray(0, 200), Buffer.from([0x30]), Buffer.from([0x30, 0x80, 0, 0]), Buffer.from([0x30, 0x85, 1, 1, 1, 1, 1])]) {
      expect(() => derElements(bytes)).toThrow(BadBytes);
    }
  });
});
