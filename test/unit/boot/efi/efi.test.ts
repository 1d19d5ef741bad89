import { describe, expect, it } from 'vitest';

import type { Authority } from '../../../../src/boot/efi/authorities.ts';
import { authorityNotes, chainFaults, describeSignatures } from '../../../../src/boot/efi/chain.ts';
import { describeProgram, readProgram, type EfiProgram, type ReadProgram } from '../../../../src/boot/efi/program.ts';
import { judgePrograms } from '../../../../src/boot/efi/trust.ts';
import { readCertificate } from '../../../../src/readers/authenticode.ts';
import { derElements } from '../../../../src/readers/der.ts';
import { parsePe } from '../../../../src/readers/pe.ts';
import { sourceOf } from '../../disk/support.ts';
import { BadBytes } from '../../../../src/readers/bytes.ts';
import { certify, der, pe, type Certified, type Signer } from './pe-writer.ts';

const microsoft = certify('Microsoft Corporation UEFI CA 2011');
const publisher = certify('Microsoft Windows UEFI Driver Publisher', microsoft);
const vendor = certify('Sample Secure Boot CA');
const builder = certify('Sample Signer', vendor);

const authorityOf = ({ name, certificate }: Certified): Authority => {
  const read = readCertificate(certificate);
  if (read === undefined) throw new Error(`${name} is no certificate`);
  return { name, certificate: read };
};
const FIRMWARE = [authorityOf(microsoft)];

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

const shimBytes = (allowed: Uint8Array, ...signers: readonly Signer[]): Buffer =>
  pe({ '.text': Buffer.from('shim'), '.vendor_cert': vendorTable(allowed) }, signers.length > 0 ? signers : [{ by: publisher, with: [microsoft] }]);
const grubOf = (...signers: readonly Signer[]): Buffer => pe({ mods: Buffer.from('grub') }, signers);
const grubBytes = grubOf({ by: builder });
const read = (path: string, bytes: Uint8Array): ReadProgram => describeProgram(path, parsePe(sourceOf(bytes)));

const SHIM = 'EFI/BOOT/BOOTX64.EFI';
/** Programs as firmware with the test's authority would judge them, the first of them its first loader. */
const judge = (...programs: readonly ReadProgram[]): readonly EfiProgram[] => judgePrograms(programs[0], programs, FIRMWARE);
const judgeGrub = (bytes: Uint8Array): EfiProgram | undefined => judge(read(SHIM, shimBytes(vendor.certificate)), read('a.efi', bytes))[1];
const faults = (bytes: Uint8Array): readonly (string | undefined)[] => judgeGrub(bytes)?.signatures.map(({ fault }) => fault) ?? [];

/** None where the bytes are no program any more. */
function faultsIfProgram(bytes: Uint8Array): readonly (string | undefined)[] {
  try {
    return faults(bytes);
  } catch (error) {
    if (error instanceof BadBytes) return [];
    throw error;
  }
}

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
  it('tells who signed it and by whose authority', () => {
    expect(judge(read(SHIM, shimBytes(vendor.certificate)))).toEqual([{
      path: SHIM, name: 'shim', architecture: 'x86_64', trusts: ['Sample Secure Boot CA'],
      signatures: [{ signer: 'Microsoft Windows UEFI Driver Publisher', authority: 'Microsoft Corporation UEFI CA 2011', fault: undefined }],
    }]);
    expect(judgeGrub(grubBytes)?.signatures).toEqual([{ signer: 'Sample Signer', authority: 'Sample Secure Boot CA', fault: undefined }]);
  });

  it('may be signed by the authority itself, or through others that come with the signature', () => {
    const middle = certify('Sample CA of builders', vendor, { isAuthority: true });
    const leaf = certify('Sample Builder', middle);
    expect(faults(grubOf({ by: vendor }))).toEqual([undefined]);
    expect(faults(grubOf({ by: leaf, with: [middle] }))).toEqual([undefined]);
    expect(faults(grubOf({ by: leaf }))).toEqual(['nothing that starts it trusts the certificate']);
    const none = certify('Sample Customer', vendor);
    expect(faults(grubOf({ by: certify('Sample Builder', none), with: [none] }))).toEqual(['nothing that starts it trusts the certificate']);
  });

  it('may be signed twice, by nobody, or by what cannot be read', () => {
    expect(faults(grubOf({ by: certify('Other') }, { by: builder }))).toEqual(['nothing that starts it trusts the certificate', undefined]);
    expect(faults(grubOf())).toEqual([]);
    expect(judgeGrub(grubOf({ by: builder, odd: 'no DER' }))?.signatures).toEqual([{ signer: undefined, authority: undefined, fault: expect.stringContaining('cannot be read') as string }]);
  });

  it('is not signed by a certificate of the right name and another key', () => {
    const impostor = certify(vendor.name);
    const same = certify(builder.name, impostor);
    expect(faults(grubOf({ by: same, with: [impostor] }))).toEqual(['nothing that starts it trusts the certificate']);
    expect(faults(grubOf({ by: impostor }))).toEqual(['nothing that starts it trusts the certificate']);
    // Another key that names the true certificate.
    expect(faults(grubOf({ by: same, names: builder }))).toEqual(['the key of its certificate did not make it']);
    const [shim] = judgePrograms(read(SHIM, shimBytes(vendor.certificate)), [read(SHIM, shimBytes(vendor.certificate))]);
    expect(shim?.signatures).toMatchObject([{ authority: 'Microsoft Corporation UEFI CA 2011', fault: 'nothing that starts it trusts the certificate' }]);
  });

  it.each([
    ['digest of another file', 'the file was changed after it was signed'],
    ['attributes of another content', 'what it says was changed after it was signed'],
    ['no attributes', 'it signs no digest'],
    ['two signers', 'it cannot be read: it has 2 signers, not one'],
    ['RSA-PSS', 'it uses an algorithm that hew does not verify'],
    ['SHA-1', 'it is about a digest that is no SHA-256'],
    ['no certificate', 'its certificate is not with it'],
  ] as const)('is not signed by a signature with %s', (odd, fault) => {
    expect(faults(grubOf({ by: builder, odd }))).toEqual([fault]);
  });

  /** Where in GRUB's file something lies: that and as many bytes. */
  const at = (bytes: Uint8Array, size = bytes.length): readonly [number, number] => {
    const start = grubBytes.indexOf(bytes);
    if (start < 0) throw new Error('it is not in the file');
    return [start, start + size];
  };
  const table = grubBytes.readUInt32LE(88 + 144);

  it.each([
    ['the header', [88, 88 + 60]],
    ['the table of sections', [88 + 240, 88 + 280]],
    ['a section', at(Buffer.from('grub'))],
    ['what follows the sections', [table - 8, table]],
    ['the digest that is signed', at(Buffer.from('608648016503040201050004', 'hex'), 13)],
    ['the attributes that are signed', at(Buffer.from('2a864886f70d010904', 'hex'), 45)],
    ['the certificate', at(builder.certificate)],
    ['the signature', [grubBytes.length - 128, grubBytes.length - 8]],
  ] as const)('is not signed once a byte of %s was changed', (_, [start, end]) => {
    for (let place = start; place < end; place += 1) {
      const changed = Buffer.from(grubBytes);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(faultsIfProgram(changed), `byte ${place}`).not.toContain(undefined);
    }
  });

  it('has no digest where sections leave gaps, or something follows the signatures', () => {
    const gap = Buffer.from(grubBytes);
    gap.writeUInt32LE(512, 88 + 60);
    expect(faults(gap)).toEqual(['the file is laid out in a way whose digest hew cannot tell']);
    expect(faults(Buffer.concat([grubBytes, Buffer.from('more')]))).toEqual(['the file is laid out in a way whose digest hew cannot tell']);
  });

  it('is named by what only it has, else by its file name', () => {
    const plain = pe({ '.text': Buffer.from('x') });
    const names = ['EFI/BOOT/mmx64.efi', 'EFI/BOOT/fbx64.efi', 'EFI/a/shimx64.efi', '/boot/vmlinuz-1', 'EFI/a/x.efi'].map((path) => read(path, plain).name);
    expect(names).toEqual(['MokManager', 'fallback', 'shim', 'kernel', undefined]);
    expect([{ mods: plain }, { '.linux': plain }, { '.sdmagic': plain }].map((sections) => read('EFI/BOOT/BOOTX64.EFI', pe(sections)).name))
      .toEqual(['GRUB', 'UKI', 'systemd-boot']);
  });

  it('takes signatures of a list of authorities too, as shims of some distributions do', () => {
    const trusts = (allowed: Uint8Array): unknown => judge(read('shim', shimBytes(allowed)))[0]?.trusts;
    expect(trusts(signatureList(vendor.certificate))).toEqual(['Sample Secure Boot CA']);
    expect(trusts(Buffer.from('nothing'))).toEqual([]);
  });
});

describe('chainFaults', () => {
  const shim = read(SHIM, shimBytes(vendor.certificate));
  const grub = read('EFI/sample/grubx64.efi', grubBytes);
  const chain = (...programs: readonly ReadProgram[]): readonly string[] => {
    const [first, ...others] = judge(...programs);
    return first === undefined ? [] : chainFaults(first, others);
  };

  it('follows the signatures from the firmware to the kernel', () => {
    const kernel = readProgram('/boot/vmlinuz', sourceOf(pe({ '.text': Buffer.from('x') }, [{ by: builder }])), 'kernel');
    expect(chain(shim, grub, kernel)).toEqual([]);
  });

  it('stops at the first loader that firmware refuses', () => {
    expect(chain(read(SHIM, pe({ '.linux': Buffer.from('x') })))).toEqual([`${SHIM} is not signed`]);
    expect(chain(grub)).toEqual([
      'EFI/sample/grubx64.efi: the signature that names Sample Signer (Sample Secure Boot CA) is not valid: nothing that starts it trusts the certificate',
    ]);
  });

  it('names all that shim would refuse, and no program that nothing starts', () => {
    const uki = read('EFI/Linux/a.efi', pe({ '.linux': Buffer.from('x') }));
    const changed = Buffer.from(grubBytes);
    changed[changed.indexOf('grub')] = 0x47;
    const tool = read('EFI/tools/shell.efi', pe({ '.text': Buffer.from('x') }));
    expect(chain(shim, read('EFI/sample/grubx64.efi', changed), uki, tool, readProgram('/boot/vmlinuz', sourceOf(Buffer.from('\u007fELF')), 'kernel'))).toEqual([
      'EFI/sample/grubx64.efi: the signature that names Sample Signer (Sample Secure Boot CA) is not valid: the file was changed after it was signed',
      'EFI/Linux/a.efi is not signed', '/boot/vmlinuz is not signed',
    ]);
  });

  it('trusts what a shim brings only where firmware starts that shim', () => {
    const own = read(SHIM, shimBytes(vendor.certificate, { by: vendor }));
    const judged = judge(own, grub);
    expect(judged.map(({ signatures }) => signatures[0]?.fault)).toEqual(Array(2).fill('nothing that starts it trusts the certificate'));
  });

  it('stops at a shim that has nothing to start', () => {
    expect(chain(shim)).toEqual([`there is no loader that ${SHIM} could start`]);
  });
});

describe('describeSignatures', () => {
  it('calls nothing signed whose signature is not valid', () => {
    const [shim, good, bad] = judge(read(SHIM, shimBytes(vendor.certificate)), read('a.efi', grubBytes), read('b.efi', grubOf({ by: certify('Other') })));
    expect([shim, good, bad].map((program) => program && describeSignatures(program))).toEqual([
      'signed by Microsoft Windows UEFI Driver Publisher (Microsoft Corporation UEFI CA 2011)',
      'signed by Sample Signer (Sample Secure Boot CA)',
      'not signed; the signature that names Other (Other) is not valid: nothing that starts it trusts the certificate',
    ]);
    expect(shim && authorityNotes(shim)).toEqual([expect.stringContaining('expired on 2026-06-27')]);
    expect(good && authorityNotes(good)).toEqual([]);
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
